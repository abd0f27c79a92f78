"""The inbox: events that come from other processes become rows of the outbox here."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import NotFound

from kernel.database import utcnow
from kernel.events import EXTENSION as EVENTS
from kernel.outbox.carrier import PUBLISHED
from kernel.outbox.models import Delivery, State, session

# What a row has in both databases.
CARRIED = ("event_id", "event", "listener", "key", "payload", "headers")


def receive(message: dict[str, Any]) -> None:
    """Write an event down for one of the listeners that are here, once.

    :raises NotFound: when there is no such listener.
    """
    if message["listener"] not in current_app.extensions[EVENTS].carrier.listeners():
        raise NotFound(f"There is no listener {message['listener']!r} here.")
    row = {name: message[name] for name in CARRIED}
    try:
        session.execute(sa.insert(Delivery).values(row))
    except IntegrityError:
        session.rollback()  # it came before
        return
    session.info[PUBLISHED] = True  # the engine wants to know when it commits
    session.commit()


def acknowledge(event_id: str, listener: str) -> None:
    """Note that an event has arrived where its listener is."""
    sent = (Delivery.event_id == event_id) & (Delivery.listener == listener)
    session.execute(
        sa.update(Delivery)
        .where(sent, Delivery.state != State.COMPLETED)
        .values(state=State.COMPLETED, finished_at=utcnow(), error=None)
    )
    session.info[PUBLISHED] = True  # the engine looks what has waited behind it
    session.commit()
