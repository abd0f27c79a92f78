"""The queue: which deliveries are due, who has claimed them, and how they ended.

A claim ends by itself: a process that was killed keeps nothing from the others.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any, cast
from uuid import uuid4

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from kernel.database import utcnow

from .models import Delivery, State, session

LONGEST_WAIT = 3600  # seconds
LONGEST_PATIENCE = 60  # seconds; for what is not tried in vain by its own fault

table = cast(sa.Table, Delivery.__table__)
_earlier = table.alias("earlier")

# Nothing of the same key is on its way, or lies there failed.
_is_next_of_its_key = table.c.key.is_(None) | ~sa.exists().where(
    _earlier.c.listener == table.c.listener,
    _earlier.c.key == table.c.key,
    _earlier.c.id < table.c.id,
    _earlier.c.state != State.COMPLETED,
)


class ClaimLostError(Exception):
    """It took so long that the delivery was given to somebody else."""


def claim(listeners: Collection[str], *, limit: int) -> list[sa.Row[Any]]:
    """Take up to ``limit`` due deliveries to ``listeners``, the oldest first.

    They are this process's for ``EVENTS_STALE_AFTER`` seconds. What was tried before
    comes last, and one at a time: if it kills its process, it takes nobody along.
    """
    new = _due(listeners, limit, table.c.attempts == 0)
    again = _due(listeners, 1, table.c.attempts > 0, name="again")
    return _claim(table.c.id.in_(sa.union_all(new, again)))


def release(claimed: str) -> None:
    """Give back what was taken with a claim and not begun, as if it never was."""
    is_own = (table.c.claim == claimed) & (table.c.state == State.PROCESSING)
    back = sa.update(table).where(is_own)
    session.execute(
        back.values(
            state=State.PENDING,
            claim=None,
            attempts=table.c.attempts - 1,
            due_at=utcnow(),
        )
    )
    session.commit()


def claim_one(delivery_id: int) -> list[sa.Row[Any]]:
    """Take the delivery that a message names; nothing if it is done, or not its turn.

    A message may come twice, and a delivery may be on its way elsewhere.
    """
    is_waiting = (table.c.state == State.PENDING) & _is_next_of_its_key
    one = sa.select(table.c.id).where(table.c.id == delivery_id, is_waiting)
    return _claim(table.c.id.in_(one.with_for_update(skip_locked=True)))


def claim_next(row: sa.Row[Any]) -> list[sa.Row[Any]]:
    """Take the delivery that waited for the end of this one, if one did."""
    if row.key is None:
        return []
    is_behind = (
        (table.c.listener == row.listener)
        & (table.c.key == row.key)
        & (table.c.id > row.id)  # not itself again, if it is to be tried later
        & (table.c.state == State.PENDING)
    )
    behind = (
        sa.select(table.c.id)
        .where(is_behind, _is_next_of_its_key)
        .with_for_update(skip_locked=True)
    )
    return _claim(table.c.id.in_(behind))


def postpone_due(listeners: Collection[str], *, limit: int) -> list[int]:
    """Return the ids of due deliveries, which are due again in a while.

    For those who hand them to a broker: until one is done, it is handed over again.
    """
    later = utcnow() + timedelta(seconds=current_app.config["EVENTS_STALE_AFTER"])
    statement = (
        sa.update(table)
        .where(table.c.id.in_(_due(listeners, limit)))
        .values(state=State.PENDING, claim=None, due_at=later)
        .returning(table.c.id)
    )
    ids = sorted(session.scalars(statement))
    session.commit()
    return ids


def make_due(ids: Collection[int]) -> None:
    """Let waiting deliveries be tried at once."""
    waiting = table.c.id.in_(ids) & (table.c.state == State.PENDING)
    session.execute(sa.update(table).where(waiting).values(due_at=utcnow()))
    session.commit()


def complete(work: Session, row: sa.Row[Any]) -> None:
    """Note in the transaction of ``work`` that a delivery is done.

    :raises ClaimLostError: when it is not this process's any more; roll back then.
    """
    done = _own(row).values(state=State.COMPLETED, finished_at=utcnow(), error=None)
    if work.connection().execute(done).rowcount != 1:
        raise ClaimLostError(f"delivery {row.id} to {row.listener}")


def fail(row: sa.Row[Any], reason: str) -> State:
    """Note why a delivery failed; return whether it is tried again or given up."""
    now = utcnow()
    if row.attempts < current_app.config["EVENTS_MAX_ATTEMPTS"]:
        wait = current_app.config["EVENTS_BACKOFF"] * 2 ** (row.attempts - 1)
        due_at = now + timedelta(seconds=min(wait, LONGEST_WAIT))
        state, finished_at = State.PENDING, None
    else:
        state, due_at, finished_at = State.FAILED, now, now
    session.execute(
        _own(row).values(
            state=state, due_at=due_at, finished_at=finished_at, error=reason
        )
    )
    session.commit()
    return state


def postpone(row: sa.Row[Any], reason: str, *, seconds: float | None) -> None:
    """Put a delivery off, which does not count as a try."""
    now = utcnow()
    if seconds is None:
        waited = (now - row.published_at).total_seconds()
        shortest = current_app.config["EVENTS_BACKOFF"]
        seconds = min(max(waited, shortest), LONGEST_PATIENCE)
    session.execute(
        _own(row).values(
            state=State.PENDING,
            attempts=table.c.attempts - 1,
            due_at=now + timedelta(seconds=seconds),
            error=reason,
        )
    )
    session.commit()


def sweep() -> None:
    """Give up what has killed its process each time, and forget what is long done."""
    now = utcnow()
    is_deadly = (
        table.c.state.in_((State.PENDING, State.PROCESSING))
        & (table.c.due_at <= now)
        & (table.c.attempts >= current_app.config["EVENTS_MAX_ATTEMPTS"])
    )
    session.execute(
        sa.update(table)
        .where(is_deadly)
        .values(
            state=State.FAILED,
            finished_at=now,
            error="The process that had it ended, or took too long, each time.",
        )
    )
    purge(State.COMPLETED, days=current_app.config["EVENTS_KEEP_DAYS"])


def purge(state: State, *, days: int) -> int:
    """Delete the deliveries that ended in ``state`` at least ``days`` days ago."""
    is_old = table.c.finished_at <= utcnow() - timedelta(days=days)
    ended = sa.delete(table).where(table.c.state == state, is_old)
    count = session.connection().execute(ended).rowcount
    session.commit()
    return count


def retry(ids: Collection[int] | None = None) -> int:
    """Start again with failed deliveries, or all of them; return how many."""
    is_meant = table.c.state == State.FAILED
    if ids is not None:
        is_meant &= table.c.id.in_(ids)
    again = (
        sa.update(table)
        .where(is_meant)
        .values(state=State.PENDING, attempts=0, due_at=utcnow(), finished_at=None)
    )
    count = session.connection().execute(again).rowcount
    session.commit()
    return count


def counts() -> dict[State, int]:
    """Return how many deliveries there are in each state."""
    statement = sa.select(table.c.state, sa.func.count()).group_by(table.c.state)
    found = {state: number for state, number in session.execute(statement)}
    session.rollback()
    return {state: found.get(state, 0) for state in State}


def late() -> int:
    """Return how many deliveries nobody has brought for far too long.

    Those that wait behind a failed one of the same key are not late: they wait for
    ``flask events retry``.
    """
    patience = timedelta(seconds=current_app.config["EVENTS_STALE_AFTER"])
    statement = sa.select(sa.func.count()).where(
        table.c.state.in_((State.PENDING, State.PROCESSING)),
        table.c.due_at < utcnow() - patience,
        _is_next_of_its_key,
    )
    count: int = session.execute(statement.select_from(table)).scalar_one()
    session.rollback()
    return count


def _due(
    listeners: Collection[str],
    limit: int,
    *conditions: sa.ColumnElement[bool],
    name: str = "due",
) -> sa.Select[Any]:
    """Select the ids of what is due, without waiting for who is just taking some."""
    due = (
        sa.select(table.c.id)
        .where(
            table.c.state.in_((State.PENDING, State.PROCESSING)),
            table.c.due_at <= utcnow(),
            table.c.attempts < current_app.config["EVENTS_MAX_ATTEMPTS"],
            table.c.listener.in_(listeners),
            _is_next_of_its_key,
            *conditions,
        )
        .order_by(table.c.due_at, table.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        # PostgreSQL may run a subquery of IN once for each row, and each time lock
        # other ones. A common table expression that locks is run once.
        .cte(name)
    )
    return sa.select(due.c.id)


def _claim(is_meant: sa.ColumnElement[bool]) -> list[sa.Row[Any]]:
    statement = (
        sa.update(table)
        .where(is_meant)
        .values(
            state=State.PROCESSING,
            claim=str(uuid4()),
            attempts=table.c.attempts + 1,
            due_at=utcnow()
            + timedelta(seconds=current_app.config["EVENTS_STALE_AFTER"]),
        )
        .returning(*table.c)
    )
    rows = sorted(
        session.execute(statement), key=lambda row: (row.attempts > 1, row.id)
    )
    session.commit()
    return rows


def _own(row: sa.Row[Any]) -> sa.Update:
    """Update a delivery if it is still claimed as it was in ``row``."""
    is_own = (table.c.id == row.id) & (table.c.claim == row.claim)
    return sa.update(table).where(is_own, table.c.state == State.PROCESSING)
