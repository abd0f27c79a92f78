"""The inbox: stores events of other processes in the outbox of this one, once each."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from kernel.dispatcher import remember
from kernel.outbox.clock import from_now
from kernel.outbox.models import Delivery, State, session
from kernel.runtime import current_kernel

# What a delivery has in both databases.
FIELDS = ("event_id", "event", "listener", "key", "payload", "headers")


class UnknownListener(LookupError):
    """An event is for a listener that does not run here."""


def receive(message: dict[str, Any]) -> None:
    """Store an event for one of the listeners of this process, if it is new.

    :raises UnknownListener: when there is no such listener.
    """
    if message["listener"] not in current_kernel.listeners():
        raise UnknownListener(f"There is no listener {message['listener']!r} here.")
    row = {name: message[name] for name in FIELDS}
    try:
        session.execute(sa.insert(Delivery).values(row))
    except IntegrityError:
        session.rollback()  # a duplicate
        return
    _commit(message["event_id"])


def acknowledge(event_id: str, listener: str) -> None:
    """Complete the delivery of an event that the listener's processes have stored."""
    sent = (Delivery.event_id == event_id) & (Delivery.listener == listener)
    session.execute(
        sa.update(Delivery)
        .where(sent, Delivery.state != State.COMPLETED)
        .values(state=State.COMPLETED, finished_at=from_now(0), error=None)
    )
    _commit(event_id)  # deliver what was blocked by this one


def _commit(event_id: str) -> None:
    remember(session, event_id)  # so that the commit wakes the engine
    session.commit()
