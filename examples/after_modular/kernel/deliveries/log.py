"""The delivery log: what the outbox stores, for admins and for operators."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from kernel.outbox import queue
from kernel.outbox.clock import from_now
from kernel.outbox.models import Delivery, State, session, table
from kernel.outbox.settings import OutboxSettings

from . import changes

ORPHANED = "ORPHANED"


class OutboxLog:
    """The deliveries, for the admin panel, for metrics and for ``flask events``."""

    def counts(self) -> dict[str, int]:
        """Return the number of deliveries in each state, and of orphaned ones."""
        statement = sa.select(table.c.state, sa.func.count()).group_by(table.c.state)
        found = {state: number for state, number in session.execute(statement)}
        session.rollback()
        orphaned = changes.count_orphaned()
        return {state.value: found.get(state, 0) for state in State} | {
            ORPHANED: orphaned
        }

    def find(
        self, states: Sequence[str], *, before: int | None = None, limit: int
    ) -> Sequence[Delivery]:
        """Return deliveries in these states, newest first, below the id ``before``."""
        condition: sa.ColumnElement[bool] = table.c.state.in_(states)
        if ORPHANED in states:
            condition |= changes.is_orphaned()
        statement = sa.select(Delivery).where(condition)
        if before is not None:
            statement = statement.where(Delivery.id < before)
        newest = statement.order_by(Delivery.id.desc()).limit(limit)
        return session.scalars(newest).all()

    def retry(self, ids: Collection[int] | None = None) -> int:
        """Make failed or, by id, orphaned deliveries due again; return how many."""
        condition = table.c.state == State.FAILED
        if ids is not None:
            is_orphaned = changes.is_orphaned() & (table.c.state == State.PENDING)
            condition = (condition | is_orphaned) & table.c.id.in_(ids)
        values = {"state": State.PENDING, "attempts": 0, "due_at": from_now(0)}
        return queue.commit(sa.update(table).where(condition).values(values))

    def purge(self, ids: Collection[int]) -> int:
        """Delete failed and orphaned deliveries; return how many."""
        condition = (table.c.state == State.FAILED) | changes.is_orphaned()
        return queue.commit(sa.delete(table).where(condition, table.c.id.in_(ids)))


def purge_orphaned(*, days: int) -> int:
    """Delete orphaned deliveries that were published at least ``days`` days ago."""
    is_old = table.c.published_at <= from_now(-days * 86400)
    return queue.commit(sa.delete(table).where(changes.is_orphaned(), is_old))


def overdue() -> int:
    """Return the number of deliveries that are due, and that no process attempts.

    Those that wait for code that defines their listener are not counted.
    """
    timeout = OutboxSettings.current().EVENTS_STALE_AFTER
    statement = sa.select(sa.func.count()).where(
        queue.is_unfinished,
        table.c.due_at < from_now(-timeout),
        queue.is_next_of_its_key(),
        ~changes.is_orphaned(),
    )
    count = session.execute(statement).scalar_one()
    session.rollback()
    return count
