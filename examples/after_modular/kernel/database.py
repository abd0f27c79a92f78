"""The database: one engine, and a registry and a session for each module."""

from __future__ import annotations

from datetime import UTC, datetime
from inspect import iscoroutinefunction
from typing import Any, cast

import sqlalchemy as sa
from flask import Flask, g, request
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import (
    InterfaceError,
    OperationalError,
    ProgrammingError,
    TimeoutError,
)
from sqlalchemy.orm import Session, registry
from sqlalchemy.pool import ConnectionPoolEntry
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.local import LocalProxy

from .exceptions import StartupError
from .runtime import Kernel, current_kernel

NAMING_CONVENTION = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

# The database is down, busy or not migrated; TimeoutError: the pool is exhausted.
DATABASE_ERRORS = (OperationalError, InterfaceError, ProgrammingError, TimeoutError)


class DatabaseUnavailable(ServiceUnavailable):
    """The 503 response to a database error; its page must not need the database."""


class ModuleSession(Session):
    """The session of one module.

    In a GET request the sessions of all modules read through one shared connection in
    autocommit mode: no transaction to begin and end, and none that one module could
    break for another. The first write gives a session its own connection and
    transaction, which it then reads from, too.
    """

    _writes = False

    def get_bind(self, *args: Any, **kwargs: Any) -> sa.Engine | sa.Connection:
        """Return the connection for a statement."""
        reads = isinstance(kwargs.get("clause"), sa.SelectBase)
        if reads and not self._writes and g.get("reads_only"):
            return _reader()
        self._writes = True
        return super().get_bind(*args, **kwargs)


db = SQLAlchemy(session_options={"class_": ModuleSession})


class UTCDateTime(sa.TypeDecorator[datetime]):
    """An aware datetime in UTC, on databases that don't store time zones."""

    impl = sa.DateTime
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """The type of the column's values."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> Any:
        """Store UTC without a zone."""
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        """Add the time zone."""
        return value.replace(tzinfo=UTC) if value else None


def utcnow() -> datetime:
    """Return the current time, aware and in UTC."""
    return datetime.now(UTC)


def module_registry() -> registry:
    """Return a new registry for the declarative base of one module.

    With a base per module, a broken relationship breaks no other module's mappers, and
    tables of two modules can't be joined by accident.
    """
    return registry(
        metadata=sa.MetaData(naming_convention=NAMING_CONVENTION),
        type_annotation_map={datetime: UTCDateTime},
    )


def module_session(name: str) -> Session:
    """Return a proxy of the session of the module called ``name``.

    It resolves to ``db.get_session(name)`` of the current app context. A failed flush
    of one module leaves the sessions of the others usable.
    """
    return cast(Session, LocalProxy(lambda: db.get_session(name)))


def init_app(app: Flask) -> None:
    """Create the engine."""
    app.before_request(_mark_read_requests)
    app.teardown_appcontext(
        release_read_connection
    )  # called last, after the sessions are closed
    try:
        db.init_app(app)
    except ModuleNotFoundError as error:
        raise StartupError(
            f"DATABASE_URL needs the driver {error.name}. Install it with "
            f"pip install '{error.name}[binary]', or choose another database.",
            error="database-driver-missing",
        ) from None
    _remove_async_teardown(app)
    with app.app_context():
        autocommit = db.engine.execution_options(isolation_level="AUTOCOMMIT")
        Kernel.of(app).read_engine = autocommit
        if db.engine.dialect.name == "sqlite":
            sa.event.listen(db.engine, "connect", _prepare_sqlite)
            sa.event.listen(db.engine, "savepoint", _begin_before_savepoint)


def _mark_read_requests() -> None:
    g.reads_only = request.method in ("GET", "HEAD")


def _reader() -> sa.Connection:
    """Return the connection that all modules of this request read from."""
    if "reader" not in g:
        assert current_kernel.read_engine is not None  # set by init_app
        g.reader = current_kernel.read_engine.connect()
    reader: sa.Connection = g.reader
    return reader


def release_read_connection(error: BaseException | None = None) -> None:
    """Return the connection that this request reads from; the next read takes one."""
    if reader := g.pop("reader", None):
        reader.close()


def _remove_async_teardown(app: Flask) -> None:
    # The extension's teardown for asynchronous sessions, which we don't use, would make
    # Flask start a thread with an event loop at the end of every request.
    app.teardown_appcontext_funcs[:] = [
        function
        for function in app.teardown_appcontext_funcs
        if not iscoroutinefunction(function)
    ]


def _prepare_sqlite(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    # With a write-ahead log readers don't wait for the writer.
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.close()


def _begin_before_savepoint(connection: sa.Connection, name: str | None) -> None:
    # sqlite3 begins a transaction with the first change. A savepoint before that would
    # be the transaction itself, and its release would commit.
    driver: Any = connection.connection.driver_connection
    if not driver.in_transaction:
        connection.exec_driver_sql("BEGIN")
