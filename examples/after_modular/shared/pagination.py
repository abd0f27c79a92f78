"""Keyset pagination: a page costs the same however far down the list it is.

The technique: https://use-the-index-luke.com/no-offset
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

from core.converters import MAX_ID

T = TypeVar("T")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some items of a list, and the cursor of the page after them, if there is one."""

    items: Sequence[T]
    next_cursor: str | None

    @property
    def next_url(self) -> str | None:
        """The URL of the next page: that of this one with another cursor."""
        if self.next_cursor is None:
            return None
        query = {**request.args.to_dict(), "before": self.next_cursor}
        return f"{request.script_root}{request.path}?{urlencode(query)}"


def paginate(
    session: Session,
    statement: sa.Select[T],
    *keys: InstrumentedAttribute[Any],
    size: int = 20,
) -> Page[T]:
    """Return the page of ``statement`` that the request asks for, newest first.

    The query parameter ``before`` is the cursor; one that can't be read answers 400.

    :param keys: the attributes to sort by, of type ``int`` or ``datetime``; together
        they must be unique and should have an index.
    """
    statement = statement.order_by(*(key.desc() for key in keys)).limit(size + 1)
    if cursor := request.args.get("before"):
        statement = statement.where(sa.tuple_(*keys) < _decode(cursor, keys))
    rows = session.scalars(statement).all()
    items = rows[:size]
    more = len(rows) > size
    return Page(items, _encode(items[-1], keys) if more else None)


def _encode(item: Any, keys: Sequence[InstrumentedAttribute[Any]]) -> str:
    values = (getattr(item, key.key) for key in keys)
    return "-".join(
        str((v - EPOCH) // MICROSECOND if isinstance(v, datetime) else v)
        for v in values
    )


def _decode(cursor: str, keys: Sequence[InstrumentedAttribute[Any]]) -> sa.Tuple:
    try:
        values = [
            sa.literal(_value(part, key), key.type)
            for part, key in zip(cursor.split("-"), keys, strict=True)
        ]
    except (ValueError, OverflowError):
        abort(400, "This page does not exist. Start again from the first one.")
    return sa.tuple_(*values)


def _value(part: str, key: InstrumentedAttribute[Any]) -> datetime | int:
    number = int(part)
    if key.type.python_type is datetime:
        return EPOCH + number * MICROSECOND
    if number > MAX_ID:
        raise OverflowError(f"no column holds {number}")
    return number
