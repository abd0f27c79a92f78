"""The outbox: stores events in the publisher's transaction, and has them delivered.

The setting ``EVENTS_ENGINE`` chooses the engine: where and when listeners run. The
guarantees are the same with each one, since all deliver the same rows.
"""

from __future__ import annotations

import atexit
import json
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from blinker import signal
from flask import Flask
from sqlalchemy.orm import Session

from kernel.dispatcher import remember
from kernel.events import Event, Subscription
from kernel.exceptions import ModuleError, StartupError

from .delivery import converter, deliver_due
from .models import Delivery
from .worker import Work, Worker

# Sent before an event is stored. The receiver gets the ``event`` and may add to
# ``headers``, a dict of strings that is stored with it.
recording = signal("outbox-recording")

# What an engine returns: the function to call after a commit with events.
Wake = Callable[[], None]

_is_delivering: ContextVar[bool] = ContextVar("is_delivering", default=False)


class Outbox:
    """A dispatcher that writes one row per listener in the publisher's transaction."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        if (engine := app.config["EVENTS_ENGINE"]) not in ENGINES:
            names = ", ".join(ENGINES)
            raise StartupError(
                f"EVENTS_ENGINE is {engine!r}: use one of {names}.",
                error="invalid-setting",
            )
        self.wake = ENGINES[engine](app)

    def check(self, event: type[Event]) -> None:
        """Raise :class:`ModuleError` for an event that can't be stored and read."""
        try:
            converter.get_structure_hook(event)
        except Exception as error:
            raise ModuleError(
                f"{event.event_name()} can't be stored: {error}. Give it fields of "
                "plain types: int, str, bool, float, date, datetime, or None.",
                error="type-not-serializable",
            ) from error

    def store(
        self, session: Session, event: Event, listeners: Sequence[Subscription]
    ) -> None:
        """Store the event in the transaction of ``session``."""
        headers: dict[str, str] = {}
        recording.send(self._app, event=event, headers=headers)
        common = {
            "event_id": str(uuid4()),
            "event": event.event_name(),
            "payload": converter.dumps(event),
            "headers": json.dumps(headers),
        }
        rows = []
        for each in listeners:
            key = str(getattr(event, each.ordered_by)) if each.ordered_by else None
            rows.append({**common, "listener": each.name, "key": key})
        session.execute(sa.insert(Delivery), rows)
        remember(session, common["event_id"])

    def committed(self, stored: list[Any]) -> None:
        """Wake the engine."""
        self.wake()


def inline(app: Flask) -> Wake:
    """Deliver in the process that published, before it continues.

    Where ``EVENTS_RAISE`` is on, the publisher gets the exceptions of the listeners.
    """

    def wake() -> None:
        if _is_delivering.get():
            return  # the loop that is running finds the new events
        token = _is_delivering.set(True)
        try:
            with app.app_context():
                failures = deliver_due()
        finally:
            _is_delivering.reset(token)
        if failures and app.config["EVENTS_RAISE"]:
            raise ExceptionGroup("listeners failed", failures)

    return wake


def thread(app: Flask, work: Work = lambda until: deliver_due(until=until)) -> Wake:
    """Deliver in a thread; it starts with the first request, after a server's forks."""
    worker = Worker(app, work)
    app.before_request(worker.start)
    atexit.register(worker.stop)
    return worker.wake


# By their name in EVENTS_ENGINE; a layer above may add its own.
ENGINES: dict[str, Callable[[Flask], Wake]] = {
    "inline": inline,
    "thread": thread,
    "worker": lambda app: lambda: None,  # `flask events work` looks every second
}
