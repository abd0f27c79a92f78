"""The carrier: how an event becomes rows, and a row an event again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from cattrs.preconf.json import make_converter
from flask import Flask
from sqlalchemy.orm import Session

from kernel.events import EXTENSION, Event, Subscription, Subscriptions
from kernel.exceptions import ModuleError

from .models import Delivery
from .signals import recording

PUBLISHED = "outbox-published"

_converter = make_converter()


class Outbox:
    """Writes the events of one app down, one row for each listener."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._subscriptions: Subscriptions = app.extensions[EXTENSION]

    def check(self, event: type[Event]) -> None:
        """Raise :class:`ModuleError` when an event could not be read again."""
        try:
            _converter.get_structure_hook(event)
        except Exception as error:
            raise ModuleError(
                f"{event.event_name()} can't be written down: {error}. Give it fields "
                "of plain types: int, str, bool, float, date, datetime, or None."
            ) from error

    def send(
        self, session: Session, event: Event, subscriptions: Sequence[Subscription]
    ) -> None:
        """Write the event down in the transaction of ``session``."""
        if not subscriptions:
            return
        headers: dict[str, str] = {}
        recording.send(self._app, event=event, headers=headers)
        common = {
            "event_id": str(uuid4()),
            "event": event.event_name(),
            "payload": _converter.dumps(event),
            "headers": json.dumps(headers),
        }
        rows = [
            {**common, "listener": each.name, "key": _key(event, each)}
            for each in subscriptions
        ]
        session.execute(sa.insert(Delivery), rows)
        session.info[PUBLISHED] = True  # the engine wants to know when it commits

    def receive(self, row: sa.Row[Any]) -> tuple[Subscription, Event]:
        """Return the listener that a row is for, and the event."""
        event = self._subscriptions.published[row.event]
        return self.listeners()[row.listener], _converter.loads(row.payload, event)

    def listeners(self) -> dict[str, Subscription]:
        """Return the listeners that this process has, by name."""
        return {
            each.name: each
            for subscriptions in self._subscriptions.listeners.values()
            for each in subscriptions
        }


def _key(event: Event, subscription: Subscription) -> str | None:
    if subscription.ordered_by is None:
        return None
    return str(getattr(event, subscription.ordered_by))
