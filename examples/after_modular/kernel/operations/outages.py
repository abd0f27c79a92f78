"""Outages: what is answered while the database is away, and how soon."""

from __future__ import annotations

import time
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError, StatementError, TimeoutError

from kernel.database import db
from web.errors import DATABASE_ERRORS, error_page

RETRY_AFTER = 5  # seconds
PAUSE = 1.0  # seconds


def init_app(app: Flask) -> None:
    """Answer 503 to what needs the database, without waiting for it each time."""
    for error in DATABASE_ERRORS:
        app.register_error_handler(error, _database_error)
    with app.app_context():
        if db.engine.dialect.name == "postgresql":
            timeout = app.config["DATABASE_TIMEOUT"]
            sa.event.listen(db.engine, "do_connect", Connector(timeout))


class Connector:
    """Connects; while the database is away, one tries now and then for all others.

    If every request waited until its attempt times out, those that need no database
    would find no free thread.

    :param timeout: how long an attempt takes at most, in seconds.
    """

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._next_attempt: float | None = None  # while the database is away

    def __call__(
        self, dialect: Any, record: object, args: Any, options: Any
    ) -> DBAPIConnection:
        """Return a connection, or raise the driver's error at once."""
        if self._next_attempt is not None:
            if time.monotonic() < self._next_attempt:
                raise dialect.loaded_dbapi.OperationalError(
                    "no new attempt, since the last one has just failed"
                )
            self._next_attempt = time.monotonic() + self._timeout + PAUSE
        try:
            connection: DBAPIConnection = dialect.connect(*args, **options)
        except dialect.loaded_dbapi.Error:
            self._next_attempt = time.monotonic() + PAUSE
            raise
        self._next_attempt = None
        return connection


def _database_error(error: SQLAlchemyError) -> tuple[str, int, dict[str, str]]:
    # Of an outage every request tells: one line each. Anything else may be a mistake.
    trace = None if _is_outage(error) else error
    reason = getattr(error, "orig", error)
    current_app.logger.error("The database did not answer: %s", reason, exc_info=trace)
    message = "Try again in a moment."
    if not current_app.config["PRODUCTION"]:
        message = "Run `flask initialise`, and check DATABASE_URL if that fails."
    page = error_page("The database is not ready", message, plain=True)
    return page, 503, {"Retry-After": str(RETRY_AFTER)}


def _is_outage(error: SQLAlchemyError) -> bool:
    """Whether there was no connection, or it broke."""
    if isinstance(error, StatementError):
        broken = getattr(error, "connection_invalidated", False)
        return broken or error.statement is None
    return isinstance(error, TimeoutError)
