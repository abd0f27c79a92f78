"""Data views: read-only tables of the admin panel, with search, filters and sorting."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

PAGE_SIZE = 50
MAX_PAGE = 10_000
MAX_CHOICES = 20
CSV_CHUNK = 500
# A spreadsheet would run a cell that starts with one of these as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class DataPage:
    """A page of the rows that match a search.

    :param total: the number of rows on all pages.
    :param number: the number of this page, from 1.
    """

    rows: Sequence[Any]
    total: int
    number: int

    @property
    def has_next(self) -> bool:
        """Whether there is a page after this one."""
        return self.number * PAGE_SIZE < self.total


@dataclass(frozen=True)
class DataView:
    """A table that admins can read.

    :param name: the plural name of the table: ``"posts"`` is shown at
        ``/admin/data/posts/``.
    :param model: the mapped class; it must have a column ``id``.
    :param session: the session that reads it.
    :param columns: the attributes to show, so that a new secret column never is.
    :param searchable: the columns in which the search looks for a text.
    :param filters: columns of few different values, to choose one of.
    :param people: columns that hold the id of a user, who is shown by name.
    :param formats: how to show the values of some columns.
    """

    name: str
    model: Any
    session: Any
    columns: tuple[str, ...]
    searchable: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    formats: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)

    @property
    def sortable(self) -> frozenset[str]:
        """The columns by which the rows can be sorted: those of the database."""
        return frozenset(self.columns) & frozenset(self.model.__table__.columns.keys())

    def label(self, column: str) -> str:
        """Return the title of a column, such as ``Created at``."""
        return column.removesuffix("_id").replace("_", " ").capitalize()

    def text(self, row: Any, column: str) -> str:
        """Return a value as it is shown."""
        value = getattr(row, column)
        if value is None:
            return ""
        if column in self.formats:
            return self.formats[column](value)
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, datetime):
            return f"{value:%Y-%m-%d %H:%M} UTC"
        return str(value)

    def choices(self) -> dict[str, list[str]]:
        """Return the values to choose from, by column."""
        found = {}
        for column in self.filters:
            distinct = sa.select(getattr(self.model, column)).distinct()
            values = self._session.scalars(distinct.limit(MAX_CHOICES))
            found[column] = sorted(str(value) for value in values if value is not None)
        return found

    def page(self, args: Mapping[str, str]) -> DataPage:
        """Return a page of rows.

        :param args: the query parameters: ``search``, ``sort`` (a column, with ``-`` in
            front for descending order), ``page``, and the filters.
        """
        matching = self._matching(args)
        total = sa.select(sa.func.count()).select_from(matching.subquery())
        text = args.get("page", "")
        number = int(text) if text.isdecimal() and len(text) < 9 else 1
        number = min(max(number, 1), MAX_PAGE)
        start = (number - 1) * PAGE_SIZE
        rows = self._sorted(matching, args).limit(PAGE_SIZE).offset(start)
        return DataPage(
            self._session.scalars(rows).all(), self._session.scalar(total) or 0, number
        )

    def find(self, row_id: int) -> Any | None:
        """Return a row, or ``None`` if there is none with this id."""
        return self._session.get(self.model, row_id)

    def csv(self, args: Mapping[str, str]) -> Iterator[str]:
        """Yield the lines of a CSV file with all matching rows."""
        yield _csv_line(self.columns)
        rows = self._sorted(self._matching(args), args)
        # In chunks, because autocommit has no cursor on the server.
        for start in count(0, CSV_CHUNK):
            chunk = self._session.scalars(rows.limit(CSV_CHUNK).offset(start)).all()
            for row in chunk:
                yield _csv_line(
                    [_csv_cell(getattr(row, each)) for each in self.columns]
                )
            if len(chunk) < CSV_CHUNK:
                return

    @property
    def _session(self) -> Session:
        session: Session = self.session
        return session

    def _matching(self, args: Mapping[str, str]) -> sa.Select[Any]:
        statement = sa.select(self.model)
        search = args.get("search", "").replace("\0", "").strip()
        if search and self.searchable:
            columns = (getattr(self.model, name) for name in self.searchable)
            found = (column.icontains(search, autoescape=True) for column in columns)
            statement = statement.where(sa.or_(*found))
        for name in self.filters:
            if (chosen := args.get(name, "")) and "\0" not in chosen:
                column = getattr(self.model, name)
                value = chosen == "True" if _is_boolean(column) else chosen
                statement = statement.where(column == value)
        return statement

    def _sorted(
        self, statement: sa.Select[Any], args: Mapping[str, str]
    ) -> sa.Select[Any]:
        newest = self.model.id.desc()
        sort = args.get("sort", "")
        name = sort.removeprefix("-")
        if name not in self.sortable:
            return statement.order_by(newest)
        column = getattr(self.model, name)
        order = column.desc() if sort.startswith("-") else column.asc()
        return statement.order_by(order, newest)


def _is_boolean(column: Any) -> bool:
    return isinstance(column.type, sa.Boolean)


def _csv_cell(value: Any) -> str:
    if value is None:
        return ""
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    is_formula = isinstance(value, str) and text.startswith(FORMULA_STARTS)
    return f"'{text}" if is_formula else text


def _csv_line(cells: Sequence[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()
