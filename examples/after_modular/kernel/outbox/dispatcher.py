"""The outbox: stores events in the publisher's transaction, and has them delivered.

The setting ``EVENTS_ENGINE`` chooses the engine: where and when listeners run. The
guarantees are the same with each one, since all deliver the same rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from hashlib import sha256
from typing import Any, Protocol
from uuid import uuid4

import click
import sqlalchemy as sa
from blinker import signal
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy.orm import Session

from kernel.dispatcher import remember
from kernel.events import Event, Subscription
from kernel.exceptions import ModuleError, StartupError
from kernel.loader import app_loaded

from . import payload, publishing
from .clock import from_now
from .models import NAME_LENGTH, table

# Sent before an event is stored. The receiver gets the ``event`` and may add to
# ``headers``, a dict of strings that is stored with it.
recording = signal("outbox-recording")

# Events that listeners publish on events of listeners, and so on, are slowed down from
# this length on: a chain that never ends must not keep others waiting.
FREE_CHAIN_LENGTH = 100
MAX_CHAIN_DELAY = 60  # seconds

# The number of events that led to the one that a listener works on, including it.
chain_length: ContextVar[int] = ContextVar("chain_length", default=0)


class Engine(Protocol):
    """Decides where and when listeners run."""

    def wake(self) -> None:
        """Deliver: events were committed."""

    def start(self) -> None:
        """Deliver what is stored from earlier: the app is loaded."""


# By their name in EVENTS_ENGINE; the layers above add them.
ENGINES: dict[str, Callable[[Flask], Engine]] = {}


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
        self.engine = ENGINES[engine](app)
        app_loaded.connect(self._start, app)

    def check(self, event: type[Event]) -> None:
        """Raise :class:`ModuleError` for an event that can't be stored and read."""
        try:
            payload.converter.get_structure_hook(event)
        except Exception as error:
            raise ModuleError(
                f"{event.event_name()} can't be stored: {error}. Give it fields of "
                "plain types: int, str, bool, float, date, datetime, or None.",
                error="type-not-serializable",
            ) from error

    def store(
        self, session: Session, event: Event, listeners: Sequence[Subscription]
    ) -> None:
        """Store the event in the transaction of ``session``.

        :raises InvalidEvent: for an event of another module, whose session would not
            be committed, and for one that could not be read again.
        """
        stored = publishing.check(event)
        if not listeners:
            return
        headers: dict[str, str] = {}
        length = chain_length.get() + 1
        if length > 1:
            headers["chain_length"] = str(length)
        if event.schema_version > 1:
            headers[payload.VERSION] = str(event.schema_version)
        recording.send(self._app, event=event, headers=headers)
        delay = min(max(length - FREE_CHAIN_LENGTH, 0), MAX_CHAIN_DELAY)
        common = {
            "event_id": str(uuid4()),
            "event": event.event_name(),
            "payload": stored,
            "headers": json.dumps(headers),
        }
        rows = []
        for each in listeners:
            key = getattr(event, each.ordered_by) if each.ordered_by else None
            rows.append({**common, "listener": each.name, "key": ordering_key(key)})
        new = sa.insert(table).values(due_at=from_now(delay))
        session.execute(new, rows)
        remember(session, common["event_id"])

    def committed(self, stored: list[Any]) -> None:
        """Wake the engine."""
        self.engine.wake()

    def _start(self, app: Flask) -> None:
        """Start the engine, unless this is a command that serves no requests."""
        context = click.get_current_context(silent=True)
        if context is None or context.find_object(ScriptInfo) is None:
            serves = app.config["EVENTS_ENGINE"] != "inline"
        else:
            serves = context.info_name == "run"
        if serves:
            self.engine.start()


def ordering_key(value: object) -> str | None:
    """Return a value as an ordering key that fits the column; ``None`` has no order."""
    if value is None:
        return None
    text = str(value)
    if len(text) <= NAME_LENGTH and text.isprintable():
        return text
    return sha256(text.encode(errors="surrogatepass")).hexdigest()
