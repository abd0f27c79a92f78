"""Database outages: fail fast instead of waiting for timeouts."""

from __future__ import annotations

import time
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine.interfaces import DBAPIConnection

from kernel import db

PAUSE = 1.0  # seconds between two attempts to connect


def init_app(app: Flask) -> None:
    """Guard new connections to PostgreSQL."""
    with app.app_context():
        if db.engine.dialect.name == "postgresql":
            breaker = CircuitBreaker(app.config["DATABASE_TIMEOUT"])
            sa.event.listen(db.engine, "do_connect", breaker)


class CircuitBreaker:
    """Connects to the database; during an outage, one attempt per second at most.

    If every request waited until its own attempt timed out, requests that need no
    database would find no free thread.

    :param timeout: the duration of an attempt at most, in seconds.
    """

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._next_attempt: float | None = None  # set during an outage

    def __call__(
        self, dialect: Any, record: object, args: Any, options: Any
    ) -> DBAPIConnection:
        """Return a new connection, or raise the driver's error at once."""
        if self._next_attempt is not None:
            if time.monotonic() < self._next_attempt:
                raise dialect.loaded_dbapi.OperationalError(
                    "not attempted, because the last attempt has just failed"
                )
            self._next_attempt = time.monotonic() + self._timeout + PAUSE
        try:
            connection: DBAPIConnection = dialect.connect(*args, **options)
        except dialect.loaded_dbapi.Error:
            self._next_attempt = time.monotonic() + PAUSE
            raise
        self._next_attempt = None
        return connection
