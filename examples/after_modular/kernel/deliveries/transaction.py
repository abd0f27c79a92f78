"""A listener's transaction: its work is committed with its delivery, or not at all.

What a listener writes on another connection is lost, or stays when the listener fails.
While a listener runs, the connections are watched for that. Threads of its own and
connections that it opens without SQLAlchemy are not seen.
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from dataclasses import replace
from functools import wraps
from typing import Any

import sqlalchemy as sa
from flask import Flask, g
from sqlalchemy.orm import Session, SessionTransaction

from kernel.database import db
from kernel.events import Event, Subscription

COMMENTS = re.compile(r"(\s|\(|--[^\n]*(\n|$)|/\*.*?\*/)+", re.DOTALL)
ENDS_TRANSACTION = re.compile(
    r"(COMMIT|END|ABORT|ROLLBACK(?!.*\bTO\b)|PREPARE)\b", re.I
)
READS = re.compile(
    r"(SELECT|VALUES|TABLE|SHOW|EXPLAIN|PRAGMA|SET|SAVEPOINT|RELEASE|BEGIN|ROLLBACK"
    r"|WITH(?!.*\b(INSERT|UPDATE|DELETE|MERGE)\b))\b",
    re.IGNORECASE | re.DOTALL,
)


class ListenerCommittedError(Exception):
    """A listener ended the transaction that it shares with its delivery."""


class ForeignWriteError(Exception):
    """A listener wrote through another session than that of its module."""


class _Work:
    """What a running listener does to its transaction."""

    def __init__(self, listener: str, session: Session) -> None:
        self.listener = listener
        self.session = session
        self.connection: sa.Connection | None = None
        self.changes = 0
        self.violation: Exception | None = None

    def refuse(self, error: Exception) -> None:
        self.violation = error  # raised again at the end, even if it is caught here
        raise error

    def refuse_commit(self) -> None:
        self.refuse(
            ListenerCommittedError(
                f"{self.listener}() commits. Leave that to the dispatcher: it commits "
                "the listener's work together with the completion of the delivery."
            )
        )

    def refuse_write(self, what: str) -> None:
        module = self.listener.partition(".")[0]
        self.refuse(
            ForeignWriteError(
                f"{self.listener}() {what}, and not through the session of {module!r}: "
                "it would not be committed together with the delivery. Let the other "
                f"module listen, or publish an event of {module!r} for it."
            )
        )

    def check(self) -> None:
        """Raise an error for what was refused, and for what no event has shown."""
        if self.violation:
            raise self.violation
        for session in g.get("_sqlalchemy_sessions", {}).values():
            if session is not self.session and (session.new or session.deleted):
                self.refuse_write("adds objects to a session")
        if self.connection and self.session.in_transaction() and self._has_ended():
            self.refuse_commit()

    def begin(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.changes = getattr(_driver(connection), "total_changes", 0)

    def _has_ended(self) -> bool:
        """Return whether the database has ended the session's transaction."""
        assert self.connection is not None
        driver = _driver(self.connection)
        if self.connection.dialect.name == "sqlite":
            return not driver.in_transaction and driver.total_changes != self.changes
        return bool(driver.info.transaction_status.name == "IDLE")


_work: ContextVar[_Work | None] = ContextVar("listener_work", default=None)


def guarded(listener: Subscription) -> Subscription:
    """Return a listener that fails if it works outside of its transaction."""

    @wraps(listener.function)
    def run(event: Event) -> None:
        work = _Work(listener.name, db.get_session(listener.module))
        token = _work.set(work)
        try:
            listener.function(event)
            work.check()
        finally:
            _work.reset(token)

    return replace(listener, function=run)


def init_app(app: Flask) -> None:
    """Watch the sessions and connections of an app."""
    with app.app_context():
        sa.event.listen(db.sessionmaker, "after_begin", _after_begin)
        for engine in db.engines.values():
            sa.event.listen(engine, "commit", _before_commit)
            sa.event.listen(engine, "before_cursor_execute", _before_execute)


def _after_begin(
    session: Session, transaction: SessionTransaction, connection: sa.Connection
) -> None:
    if (work := _work.get()) and session is work.session:
        work.begin(connection)


def _before_commit(connection: sa.Connection) -> None:
    if (work := _work.get()) and connection is work.connection:
        work.refuse_commit()


def _before_execute(
    connection: sa.Connection, cursor: object, statement: str, *_: object
) -> None:
    if (work := _work.get()) is None:
        return
    statement = (
        COMMENTS.sub("", statement, count=1)
        if COMMENTS.match(statement)
        else (statement)
    )
    if connection is work.connection:
        if ENDS_TRANSACTION.match(statement):
            work.refuse_commit()
    elif not READS.match(statement):
        work.refuse_write(f"runs {statement.split()[0].upper()} on a connection")


def _driver(connection: sa.Connection) -> Any:
    return connection.connection.driver_connection
