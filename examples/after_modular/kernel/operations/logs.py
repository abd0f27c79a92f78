"""Logs: each record says which request or delivery it belongs to."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from flask import Flask, g

from kernel import outbox
from kernel.events import Event
from kernel.outbox.delivery import EXTENSION as DELIVERY_CONTEXTS

from .requests import Done, answered, place, request_id

Fields = dict[str, Any]

HANDLER = "operations"
# Asked for all the time, and of no interest as long as they answer.
QUIET = ("/healthz", "/readyz", "/metrics", "/static/<path:filename>")

logger = logging.getLogger("operations")
encode = json.JSONEncoder(default=str).encode
_delivery: ContextVar[Fields | None] = ContextVar("delivery", default=None)
# What else knows of the work at hand, such as a trace.
more_fields: list[Callable[[], Fields]] = []


def init_app(app: Flask) -> None:
    """Write the records of the app and of its libraries to standard error."""
    as_json = app.config["LOG_FORMAT"] == "json"
    handler = StandardError()
    handler.name = HANDLER
    handler.addFilter(_add_context)
    handler.setFormatter(JSONFormatter() if as_json else TextFormatter())
    root = logging.getLogger()
    # A process has one, whichever of its apps it serves.
    root.handlers = [each for each in root.handlers if each.name != HANDLER]
    root.addHandler(handler)
    root.setLevel(app.config["LOG_LEVEL"])
    outbox.recording.connect(_send_along, app)
    app.extensions[DELIVERY_CONTEXTS].append(_during)
    if as_json or app.config["PRODUCTION"]:  # in development the server tells
        answered.connect(_tell_of_request, app)
        outbox.delivered.connect(_tell_of_delivery, app)


class StandardError(logging.Handler):
    """Writes a line to whatever is standard error at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record."""
        try:
            sys.stderr.write(f"{self.format(record)}\n")
        except Exception:
            self.handleError(record)


class JSONFormatter(logging.Formatter):
    """Writes a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: Fields = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_context_of(record),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return encode(line)


class TextFormatter(logging.Formatter):
    """Writes a record for people."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s%(tail)s")

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and the traceback if there is one."""
        shown = " ".join(f"{k}={v}" for k, v in _context_of(record).items())
        record.tail = f" [{shown}]" if shown else ""
        return super().format(record)


def _add_context(record: logging.LogRecord) -> bool:
    """Note what the record belongs to, beside what it says itself."""
    context: Fields = {}
    for source in (_request_fields, *more_fields):
        context |= source()
    record.context = context | getattr(record, "context", {})
    return True


def _context_of(record: logging.LogRecord) -> Fields:
    context: Fields = getattr(record, "context", {})
    return {name: value for name, value in context.items() if value is not None}


def _request_fields() -> Fields:
    if (known := _delivery.get()) is not None:
        return known
    if (found := request_id()) is None:
        return {}
    return {"request_id": found, **place()._asdict(), "user_id": _user_id()}


def _user_id() -> int | None:
    # Only if somebody has asked: a log record is no reason to ask the database.
    if (user := g.get("_login_user")) is None:
        return None
    row = sa.inspect(user, raiseerr=False)
    return row.identity[0] if row and row.identity else None


def _tell_of_request(app: Flask, *, done: Done) -> None:
    _, route, method = done.place
    quiet = route in QUIET and done.status < 400
    logger.log(
        logging.DEBUG if quiet else logging.INFO,
        "%s %s %s",
        method,
        route,
        done.status,
        extra={"context": {"status": done.status, **_took(done.seconds)}},
    )


def _send_along(app: Flask, *, event: Event, headers: dict[str, str]) -> None:
    """Let the deliveries of an event tell which request it began with."""
    origin = _request_fields().get("request_id")
    if origin is not None:
        headers["request_id"] = origin


@contextmanager
def _during(row: sa.Row[Any], headers: dict[str, str]) -> Iterator[None]:
    token = _delivery.set(
        {
            "request_id": headers.get("request_id"),
            "module": row.listener.partition(".")[0],
            "event": row.event,
            "event_id": row.event_id,
            "listener": row.listener,
        }
    )
    try:
        yield
    finally:
        _delivery.reset(token)


def _tell_of_delivery(
    app: Flask, *, row: sa.Row[Any], outcome: str, seconds: float
) -> None:
    logger.info(
        "%s %s %s",
        row.event,
        row.listener,
        outcome,
        extra={"context": {"outcome": outcome, **_took(seconds)}},
    )


def _took(seconds: float) -> Fields:
    return {"duration_ms": round(seconds * 1000, 1)}
