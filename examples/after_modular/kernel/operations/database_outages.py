"""Database outages: answer 503, and fail fast instead of waiting for timeouts."""

from __future__ import annotations

import time
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError, StatementError, TimeoutError

from kernel import db
from kernel.database import DATABASE_ERRORS, DatabaseUnavailable

RETRY_AFTER = 5  # seconds
PAUSE = 1.0  # seconds between two attempts to connect


def init_app(app: Flask) -> None:
    """Answer database errors with 503, and guard new connections to PostgreSQL."""
    for error in DATABASE_ERRORS:
        app.register_error_handler(error, _database_error)
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


def _database_error(error: SQLAlchemyError) -> ResponseReturnValue:
    # Log outages in one line, because every request hits them. Other errors may be
    # bugs: log their traceback.
    trace = None if _is_outage(error) else error
    reason = getattr(error, "orig", error)
    current_app.logger.error("Database error: %s", reason, exc_info=trace)
    advice = "Try again in a moment."
    if not current_app.config["PRODUCTION"]:
        advice = "Run `flask initialise`, and check DATABASE_URL if that fails."
    unavailable = DatabaseUnavailable(
        f"The database is not ready. {advice}", retry_after=RETRY_AFTER
    )
    return current_app.handle_http_exception(unavailable)


def _is_outage(error: SQLAlchemyError) -> bool:
    """Return whether there was no connection, or it broke."""
    if isinstance(error, StatementError):
        broken = getattr(error, "connection_invalidated", False)
        return broken or error.statement is None
    return isinstance(error, TimeoutError)
