"""Data views: how a module shows its tables in the admin panel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import sqlalchemy as sa
from flask.typing import ResponseReturnValue
from flask_admin.model import BaseModelView
from sqlalchemy.orm import DeclarativeBase, Session
from wtforms import Form

from .access import is_admin, refuse

MAX_PAGE = 10_000


class DataView(BaseModelView):
    """A read-only table view for admins: newest first, paginated, without a row count.

    Flask-Admin's own view for SQLAlchemy uses one session for all models; this one uses
    the module's session. Subclass it in ``admin.py``, list the columns to show in
    ``column_list`` and the columns to search in ``column_searchable_list``.

    :param model: the mapped class; it must have a column ``id``.
    :param session: the session of the module that owns the table.
    :param name: the plural name of the table: ``"posts"`` is shown at
        ``/admin/data/posts/``.
    """

    can_create = False
    can_edit = False
    can_delete = False
    column_display_actions = False
    column_searchable_list: ClassVar[Sequence[str]] = ()
    simple_list_pager = True
    page_size = 50

    def __init__(
        self, model: type[DeclarativeBase], session: Session, *, name: str
    ) -> None:
        endpoint = f"data_{model.__tablename__}"  # two modules may choose one name
        super().__init__(model, name.capitalize(), endpoint=endpoint, url=name)
        # Set last, because Flask-Admin's constructor inspects all attributes.
        self.session = session

    def is_accessible(self) -> bool:
        """Return whether the user is an admin."""
        return is_admin()

    def inaccessible_callback(self, name: str, **kwargs: Any) -> ResponseReturnValue:
        """Refuse users who are not admins."""
        return refuse()

    def get_list(
        self,
        page: int | None,
        sort_field: str | None,
        sort_desc: bool,
        search: str | None,
        filters: Any,
        page_size: int | None = None,
    ) -> tuple[None, Sequence[Any]]:
        """Return the rows of a page. There is no total: counting scans the table."""
        number = min(max(page or 0, 0), MAX_PAGE)
        statement = sa.select(self.model).order_by(self.model.id.desc())
        if search:
            statement = statement.where(self.matches(search.replace("\0", "")))
        statement = statement.limit(self.page_size).offset(number * self.page_size)
        return None, self.session.scalars(statement).all()

    def matches(self, search: str) -> sa.ColumnElement[bool]:
        """Return the search condition: a column starts with the text, in any case.

        The query scans the table until it has found a page of rows. Override this
        method where an index can be used.
        """
        columns = (getattr(self.model, name) for name in self.column_searchable_list)
        return sa.or_(*(c.istartswith(search, autoescape=True) for c in columns))

    def init_search(self) -> bool:
        """Return whether the view has a search field."""
        return bool(self.column_searchable_list)

    def search_placeholder(self) -> str:
        """Return the placeholder of the search field."""
        columns = " or ".join(self.column_searchable_list).replace("_", " ")
        return f"{columns} starts with".capitalize()

    def get_pk_value(self, model: Any) -> int:
        """Return the id of a row."""
        return int(model.id)

    def scaffold_list_columns(self) -> list[str]:
        """Return no default columns, so that a new secret column is never shown."""
        return []

    def scaffold_sortable_columns(self) -> dict[str, str]:
        """Return no sortable columns, because they would need an index each."""
        return {}

    def scaffold_form(self) -> type[Form]:
        """Return an empty form, because the view is read-only."""
        return Form
