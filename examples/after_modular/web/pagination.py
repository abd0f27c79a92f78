"""Keyset (cursor) pagination: all pages of a list take the same time.

With OFFSET pagination the database reads and discards all rows before the page. See
https://use-the-index-luke.com/no-offset.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import abort, request
from sqlalchemy.orm import InstrumentedAttribute, Session

from web.converters import MAX_ID

T = TypeVar("T")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Page(Generic[T]):
    """The items of one page, and the cursor of the next page, if there is one."""

    items: Sequence[T]
    next_cursor: str | None

    @property
    def next_url(self) -> str | None:
        """The URL of the next page, with the query parameters of this one."""
        if self.next_cursor is None:
            return None
        query = {**request.args.to_dict(), "before": self.next_cursor}
        return f"{request.script_root}{request.path}?{urlencode(query)}"


class Keyset(Generic[T]):
    """A list with keyset pagination, newest first.

    Create it once, at module level: building a statement takes longer than running it.

    :param statement: selects objects or, faster to load, some of their columns. Pass
        the values of its bind parameters to :meth:`page`.
    :param keys: the attributes to sort by, of type ``int`` or ``datetime``; together
        they must be unique and should have an index.
    :param size: the number of items per page.
    """

    def __init__(
        self,
        statement: sa.Select[*tuple[Any, ...]],
        *keys: InstrumentedAttribute[Any],
        size: int = 20,
    ) -> None:
        cursor = (sa.bindparam(f"cursor_{key.key}", type_=key.type) for key in keys)
        # One row more than is shown reveals whether there is a next page.
        self._first = statement.order_by(*(key.desc() for key in keys)).limit(size + 1)
        self._later = self._first.where(sa.tuple_(*keys) < sa.tuple_(*cursor))
        self._lists_objects = len(statement.column_descriptions) == 1
        self._keys = keys
        self._size = size

    def page(self, session: Session, **parameters: Any) -> Page[T]:
        """Return the requested page; the query parameter ``before`` is its cursor.

        An invalid cursor is answered with 400.
        """
        statement = self._first
        if cursor := request.args.get("before"):
            statement = self._later
            parameters |= _decode(cursor, self._keys)
        found: sa.Result[Any] = session.execute(statement, parameters)
        rows = (found.scalars() if self._lists_objects else found).all()
        items = rows[: self._size]
        more = len(rows) > self._size
        return Page(items, _encode(items[-1], self._keys) if more else None)


def paginate(
    session: Session,
    statement: sa.Select[T],
    *keys: InstrumentedAttribute[Any],
    size: int = 20,
) -> Page[T]:
    """Return the requested page of a statement that is built for each request.

    See :class:`Keyset` for the parameters.
    """
    return Keyset[T](statement, *keys, size=size).page(session)


def _encode(item: Any, keys: Sequence[InstrumentedAttribute[Any]]) -> str:
    values = (getattr(item, key.key) for key in keys)
    return "-".join(
        str((v - EPOCH) // MICROSECOND if isinstance(v, datetime) else v)
        for v in values
    )


def _decode(
    cursor: str, keys: Sequence[InstrumentedAttribute[Any]]
) -> dict[str, datetime | int]:
    try:
        return {
            f"cursor_{key.key}": _value(part, key)
            for part, key in zip(cursor.split("-"), keys, strict=True)
        }
    except (ValueError, OverflowError):
        abort(400)


def _value(part: str, key: InstrumentedAttribute[Any]) -> datetime | int:
    number = int(part)
    if key.type.python_type is datetime:
        return EPOCH + number * MICROSECOND
    if number > MAX_ID:
        raise OverflowError(f"no column holds {number}")
    return number
