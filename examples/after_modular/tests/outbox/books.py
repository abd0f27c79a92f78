"""The books of the shop: what they write down, and what the outbox knows of it."""

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from kernel.database import db, utcnow
from kernel.events import idempotency_key, listens, publish
from kernel.outbox import queue
from kernel.outbox.models import Delivery

from ..shop import ThingSold

MakeApp = Callable[..., Flask]


@listens(ThingSold)
def write_down(event: ThingSold) -> None:
    """Note a sale."""
    sale = sa.text("INSERT INTO sale VALUES (:thing, :key)")
    key = idempotency_key()
    db.get_session("books").execute(sale, {"thing": event.thing, "key": key})


def sell(*things: str) -> None:
    """Sell things, in one transaction."""
    for thing in things:
        publish(ThingSold(thing=thing))
    db.get_session("shop").commit()


def sold() -> list[str]:
    """Return what was written down."""
    with db.engine.connect() as connection:
        return list(connection.scalars(sa.text("SELECT thing FROM sale")))


def deliveries() -> list[sa.Row]:
    """Return the rows of the outbox."""
    with db.engine.connect() as connection:
        return list(
            connection.execute(sa.select(queue.table).order_by(queue.table.c.id))
        )


def let_time_pass(seconds: float) -> None:
    """Let what is due in that time be due now."""
    earlier = sa.update(Delivery).values(due_at=utcnow() - timedelta(seconds=1))
    soon = Delivery.due_at <= utcnow() + timedelta(seconds=seconds)
    with db.engine.begin() as connection:
        connection.execute(earlier.where(soon))
