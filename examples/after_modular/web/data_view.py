"""Data views: how a module shows its tables in the admin panel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import sqlalchemy as sa
from flask import abort, current_app
from flask.typing import ResponseReturnValue
from flask_admin.model import BaseModelView
from flask_login import current_user
from sqlalchemy.orm import DeclarativeBase, Session
from wtforms import Form

LAST_PAGE = 10_000


class DataView(BaseModelView):
    """A table for admins to look at: read-only, newest first, never counted.

    Flask-Admin's own SQLAlchemy view takes one session for all; this one takes the
    module's. Subclass it in ``admin.py``, name the columns in ``column_list`` and
    those to search by in ``column_searchable_list``.

    :param model: the mapped class; it must have a column ``id``.
    :param session: the session of the module that owns the table.
    :param name: what the table is called: ``"posts"`` is shown at
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
        super().__init__(model, name.capitalize(), endpoint=f"data_{name}", url=name)
        self.session = session  # last: Flask-Admin looks into all it finds before

    def is_accessible(self) -> bool:
        """Say whether the one who asks is an admin."""
        return bool(current_user.is_authenticated and current_user.is_admin)

    def inaccessible_callback(self, name: str, **kwargs: Any) -> ResponseReturnValue:
        """Answer those who are not."""
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
        """Return the rows of a page, and no total: counting reads the whole table."""
        number = min(max(page or 0, 0), LAST_PAGE)
        statement = sa.select(self.model).order_by(self.model.id.desc())
        if search:
            statement = statement.where(self.matches(search.replace("\0", "")))
        statement = statement.limit(self.page_size).offset(number * self.page_size)
        return None, self.session.scalars(statement).all()

    def matches(self, search: str) -> sa.ColumnElement[bool]:
        """Return the condition of a search: a column starts with what was typed.

        It reads the table until it has a page of rows. Override it where an index
        can answer.
        """
        columns = (getattr(self.model, name) for name in self.column_searchable_list)
        return sa.or_(*(c.istartswith(search, autoescape=True) for c in columns))

    def init_search(self) -> bool:
        """Say whether there is something to search by."""
        return bool(self.column_searchable_list)

    def search_placeholder(self) -> str:
        """Return the hint in the search field."""
        columns = " or ".join(self.column_searchable_list).replace("_", " ")
        return f"{columns} starts with".capitalize()

    def get_pk_value(self, model: Any) -> int:
        """Return the id of a row."""
        return int(model.id)

    def scaffold_list_columns(self) -> list[str]:
        """Guess no columns: a new secret would show itself."""
        return []

    def scaffold_sortable_columns(self) -> dict[str, str]:
        """Offer no other order: it would have no index."""
        return {}

    def scaffold_form(self) -> type[Form]:
        """Offer no form: nothing is changed here."""
        return Form


def refuse() -> ResponseReturnValue:
    """Answer somebody who is no admin: ask strangers to log in, and others 403."""
    if current_user.is_authenticated:
        abort(403)
    answer: ResponseReturnValue = current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
    return answer
