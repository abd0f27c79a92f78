"""Forwarding: a row here becomes a row where the listener runs, and is done then.

So an event lies in one of the two databases at least, whatever is killed in between;
``event_id`` and ``listener`` let it lie there once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from json import dumps
from types import FunctionType, ModuleType
from typing import Any

import sqlalchemy as sa
from flask import current_app, g

from kernel.events import Event, Listener

from . import broker
from .inbox import CARRIED
from .peers import peer


@contextmanager
def remembered(row: sa.Row[Any], headers: dict[str, str]) -> Iterator[None]:
    """Keep the row of a delivery for the one who forwards it."""
    g.delivery = row
    yield


def forwarding(module: str, file: ModuleType) -> ModuleType:
    """Return a file with the same listeners, which hand on to where they run."""
    forwarding = ModuleType(file.__name__, file.__doc__)
    forwarding.__file__ = file.__file__
    for name, value in vars(file).items():
        if type(value) is FunctionType and hasattr(value, "listens_to"):
            vars(forwarding)[name] = _forwarder(module, value)
    return forwarding


def _forwarder(module: str, listener: Listener) -> Listener:
    @wraps(listener)
    def forward(event: Event) -> None:
        message = {name: getattr(g.delivery, name) for name in CARRIED}
        if current_app.config["EVENTS_ENGINE"] == "celery":
            broker.send(module, message)
        else:
            peer(module).ask("/internal/events", dumps(message).encode())

    return forward
