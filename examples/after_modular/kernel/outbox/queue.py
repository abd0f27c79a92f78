"""The queue: which deliveries are due, which process claims them, how they ended.

A claim times out: a killed process does not keep its deliveries from the others.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kernel.database import utcnow

from .models import Delivery, State, session, table
from .settings import OutboxSettings

MAX_BACKOFF = 3600  # seconds
MIN_POSTPONE, MAX_POSTPONE = 1, 60  # seconds

is_unfinished = table.c.state.in_((State.PENDING, State.PROCESSING))
_earlier = table.alias("earlier")

# No earlier delivery to the same listener with the same key is unfinished or failed.
is_next_of_its_key = table.c.key.is_(None) | ~sa.exists().where(
    _earlier.c.listener == table.c.listener,
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
    timeout = timedelta(seconds=OutboxSettings.current().EVENTS_STALE_AFTER)
    values: dict[str, Any] = {"state": State.PROCESSING, "claim": str(uuid4())}
    values |= {"attempts": table.c.attempts + 1, "due_at": utcnow() + timeout}
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
            table.c.due_at <= utcnow(),
            table.c.listener.in_(listeners),
            is_next_of_its_key,
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
    done = _own(row).values(state=State.COMPLETED, finished_at=utcnow(), error=None)
    if work.connection().execute(done).rowcount != 1:
        raise ClaimLostError(f"delivery {row.id} to {row.listener}")


def fail(row: sa.Row[Any], reason: str) -> State:
    """Record a failed attempt; return whether it is retried or dead-lettered."""
    settings = OutboxSettings.current()
    if row.attempts >= settings.EVENTS_MAX_ATTEMPTS:
        _update(row, state=State.FAILED, finished_at=utcnow(), error=reason)
        return State.FAILED
    wait = min(settings.EVENTS_BACKOFF * 2 ** (row.attempts - 1), MAX_BACKOFF)
    due_at = utcnow() + timedelta(seconds=wait)
    _update(row, state=State.PENDING, due_at=due_at, error=reason)
    return State.PENDING


def postpone(row: sa.Row[Any], *, seconds: float | None, reason: str = "") -> None:
    """Make a delivery due later, by default after as long as it has waited."""
    now = utcnow()
    if seconds is None:
        waited = (now - row.published_at).total_seconds()
        seconds = min(max(waited, MIN_POSTPONE), MAX_POSTPONE)
    due_at = now + timedelta(seconds=seconds)
    attempts = row.attempts - 1
    _update(row, state=State.PENDING, due_at=due_at, attempts=attempts, error=reason)


class OutboxLog:
    """The deliveries, for the admin panel, for metrics and for ``flask events``."""

    def counts(self) -> dict[str, int]:
        """Return the number of deliveries in each state."""
        statement = sa.select(table.c.state, sa.func.count()).group_by(table.c.state)
        found = {state: number for state, number in session.execute(statement)}
        session.rollback()
        return {state.value: found.get(state, 0) for state in State}

    def find(
        self, states: Sequence[str], *, before: int | None = None, limit: int
    ) -> Sequence[Delivery]:
        """Return deliveries in these states, newest first, below the id ``before``."""
        statement = sa.select(Delivery).where(Delivery.state.in_(states))
        if before is not None:
            statement = statement.where(Delivery.id < before)
        newest = statement.order_by(Delivery.id.desc()).limit(limit)
        return session.scalars(newest).all()

    def retry(self, ids: Collection[int] | None = None) -> int:
        """Make failed deliveries due again, all by default; return how many."""
        condition = table.c.state == State.FAILED
        if ids is not None:
            condition &= table.c.id.in_(ids)
        values = {"state": State.PENDING, "attempts": 0, "due_at": utcnow()}
        return _commit(sa.update(table).where(condition).values(values))


def purge(state: State, *, days: int) -> int:
    """Delete the deliveries that ended in ``state`` at least ``days`` days ago."""
    is_old = table.c.finished_at <= utcnow() - timedelta(days=days)
    return _commit(sa.delete(table).where(table.c.state == state, is_old))


def overdue() -> int:
    """Return the number of deliveries that are due, and that no process attempts."""
    timeout = timedelta(seconds=OutboxSettings.current().EVENTS_STALE_AFTER)
    statement = sa.select(sa.func.count()).where(
        is_unfinished, table.c.due_at < utcnow() - timeout, is_next_of_its_key
    )
    count = session.execute(statement).scalar_one()
    session.rollback()
    return count


def _update(row: sa.Row[Any], **values: Any) -> None:
    _commit(_own(row).values(values))


def _commit(statement: sa.Update | sa.Delete) -> int:
    count = session.connection().execute(statement).rowcount
    session.commit()
    return count


def _own(row: sa.Row[Any]) -> sa.Update:
    """Update a delivery if it still has the claim that it has in ``row``."""
    is_own = (table.c.id == row.id) & (table.c.claim == row.claim)
    return sa.update(table).where(is_own, table.c.state == State.PROCESSING)
