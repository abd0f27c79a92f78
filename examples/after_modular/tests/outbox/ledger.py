"""The ledger that listens to the shop: its entries, and the rows of the outbox."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask

from kernel import db, idempotency_key, listens, publish, utcnow
from kernel.outbox.models import table

from ..kernel.shop import ThingSold

MakeApp = Callable[..., Flask]


@listens(ThingSold)
def record(event: ThingSold) -> None:
    """Record a sale."""
    sale = sa.text("INSERT INTO sale VALUES (:thing, :key)")
    key = idempotency_key()
    db.get_session("ledger").execute(sale, {"thing": event.thing, "key": key})


def sell(*things: str) -> None:
    """Sell things, in one transaction."""
    for thing in things:
        publish(ThingSold(thing=thing))
    db.get_session("shop").commit()


def recorded() -> list[str]:
    """Return the things in the ledger."""
    with db.engine.connect() as connection:
        return list(connection.scalars(sa.text("SELECT thing FROM sale")))


def deliveries() -> list[sa.Row[Any]]:
    """Return the rows of the outbox."""
    with db.engine.connect() as connection:
        return list(connection.execute(sa.select(table).order_by(table.c.id)))


def advance_time(seconds: float) -> None:
    """Make what is due within that time due now."""
    earlier = sa.update(table).values(due_at=utcnow() - timedelta(seconds=1))
    soon = table.c.due_at <= utcnow() + timedelta(seconds=seconds)
    with db.engine.begin() as connection:
        connection.execute(earlier.where(soon))
