"""The queue: which deliveries are due, which process claims them, how they ended.

A claim times out: a killed process does not keep its deliveries from the others.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kernel.runtime import current_kernel

from . import payload
from .clock import from_now
from .models import State, session, table
from .settings import OutboxSettings

MAX_BACKOFF = 3600  # seconds
MIN_POSTPONE, MAX_POSTPONE = 1, 60  # seconds

is_unfinished = table.c.state.in_((State.PENDING, State.PROCESSING))
_earlier = table.alias("earlier")


def is_next_of_its_key() -> sa.ColumnElement[bool]:
    """Return whether no earlier delivery to its listener with its key is left."""
    same_listener = _earlier.c.listener == table.c.listener
    for each in current_kernel.listeners().values():
        if each.previous_names:
            names = (each.name, *each.previous_names)
            same_listener |= table.c.listener.in_(names) & _earlier.c.listener.in_(
                names
            )
    return table.c.key.is_(None) | ~sa.exists().where(
        same_listener,
        _earlier.c.key == table.c.key,
        _earlier.c.id < table.c.id,
        _earlier.c.state != State.COMPLETED,
    )


class ClaimLostError(Exception):
    """The claim timed out, and another process has claimed the delivery."""


def claim(listeners: Collection[str], *, limit: int) -> list[sa.Row[Any]]:
    """Claim up to ``limit`` due deliveries to ``listeners``, the oldest first.

    Retries come last, and one at a time: a delivery that kills its process must not
    take others with it.
    """
    new = due(listeners, limit, table.c.attempts == 0)
    retries = due(listeners, 1, table.c.attempts > 0, name="retries")
    return claim_where(table.c.id.in_(sa.union_all(new, retries)))


def claim_where(condition: sa.ColumnElement[bool]) -> list[sa.Row[Any]]:
    """Claim the deliveries that fulfill a condition."""
    values: dict[str, Any] = {"state": State.PROCESSING, "claim": str(uuid4())}
    timeout = OutboxSettings.current().EVENTS_STALE_AFTER
    values |= {"attempts": table.c.attempts + 1, "due_at": from_now(timeout)}
    claimed = sa.update(table).where(condition).values(values)
    rows = session.execute(claimed.returning(*table.c)).all()
    session.commit()
    return sorted(rows, key=lambda row: (row.attempts > 1, row.id))


def due(
    listeners: Collection[str],
    limit: int,
    *conditions: sa.ColumnElement[bool],
    name: str = "due",
) -> sa.Select[Any]:
    """Select the ids of due deliveries, without those that others are claiming."""
    found = (
        sa.select(table.c.id)
        .where(
            is_unfinished,
            table.c.due_at <= from_now(0),
            table.c.listener.in_(listeners),
            table.c.event.in_(payload.stored_names()),
            is_next_of_its_key(),
            *conditions,
        )
        .order_by(table.c.due_at, table.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        # PostgreSQL may run a subquery of IN once per row, and lock other rows each
        # time. A common table expression that locks is run once.
        .cte(name)
    )
    return sa.select(found.c.id)


def complete(work: Session, row: sa.Row[Any]) -> None:
    """Record the completion of a delivery in the transaction of ``work``.

    :raises ClaimLostError: when another process has claimed it; roll back then.
    """
    done = _own(row).values(state=State.COMPLETED, finished_at=from_now(0), error=None)
    if work.connection().execute(done).rowcount != 1:
        raise ClaimLostError(f"delivery {row.id} to {row.listener}")


def fail(row: sa.Row[Any], reason: str) -> State:
    """Record a failed attempt; return whether it is retried or dead-lettered."""
    settings = OutboxSettings.current()
    if row.attempts >= settings.EVENTS_MAX_ATTEMPTS:
        _update(row, state=State.FAILED, finished_at=from_now(0), error=reason)
        return State.FAILED
    wait = min(settings.EVENTS_BACKOFF * 2 ** (row.attempts - 1), MAX_BACKOFF)
    _update(row, state=State.PENDING, due_at=from_now(wait), error=reason)
    return State.PENDING


def postpone(row: sa.Row[Any], *, seconds: float | None, reason: str = "") -> None:
    """Make a delivery due later, by default after as long as it has waited."""
    if seconds is None:
        # Claimed at this time, by the database's clock.
        timeout = timedelta(seconds=OutboxSettings.current().EVENTS_STALE_AFTER)
        waited = (row.due_at - timeout - row.published_at).total_seconds()
        seconds = min(max(waited, MIN_POSTPONE), MAX_POSTPONE)
    values = {"due_at": from_now(seconds), "attempts": row.attempts - 1}
    _update(row, state=State.PENDING, error=reason, **values)


def purge(state: State, *, days: int) -> int:
    """Delete the deliveries that ended in ``state`` at least ``days`` days ago."""
    is_old = table.c.finished_at <= from_now(-days * 86400)
    return commit(sa.delete(table).where(table.c.state == state, is_old))


def _update(row: sa.Row[Any], **values: Any) -> None:
    commit(_own(row).values(values))


def commit(statement: sa.Update | sa.Delete) -> int:
    """Run a statement and commit it; return the number of its rows."""
    count = session.connection().execute(statement).rowcount
    session.commit()
    return count


def _own(row: sa.Row[Any]) -> sa.Update:
    """Update a delivery if it still has the claim that it has in ``row``."""
    is_own = (table.c.id == row.id) & (table.c.claim == row.claim)
    return sa.update(table).where(is_own, table.c.state == State.PROCESSING)
