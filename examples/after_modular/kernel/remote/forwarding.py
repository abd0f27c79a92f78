"""Forwarding: listeners of a remote module send their events to its processes.

The delivery is completed here when the other outbox has stored the event: it is in one
of the two databases at any time, and in the other one once, by event and listener.
"""

from __future__ import annotations

import json
from functools import wraps
from types import FunctionType, ModuleType
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app, g

from kernel.events import Event, Listener

from . import broker
from .client import RemoteModuleClient
from .inbox import FIELDS


def keep_current_delivery(app: Flask, *, row: sa.Row[Any], **_: object) -> None:
    """Keep the row of a delivery for the listener that forwards it."""
    g.current_delivery = row


def forwarding_listeners(client: RemoteModuleClient, file: ModuleType) -> ModuleType:
    """Return a ``listeners.py`` with the same listeners, which forward their events."""
    forwarding = ModuleType(file.__name__)
    forwarding.__file__ = file.__file__
    for name, value in vars(file).items():
        if type(value) is FunctionType and hasattr(value, "listens_to"):
            setattr(forwarding, name, _forward(client, value))
    return forwarding


def _forward(client: RemoteModuleClient, listener: Listener) -> Listener:
    @wraps(listener)
    def forward(event: Event) -> None:
        message = {name: getattr(g.current_delivery, name) for name in FIELDS}
        if current_app.config["EVENTS_ENGINE"] == "celery":
            broker.send(client.module, message)
        else:
            client.call("/internal/events", json.dumps(message).encode())

    return forward
