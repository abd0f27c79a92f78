"""The database: one engine, and for each module a registry and a session of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from inspect import iscoroutinefunction
from typing import Any, cast

import sqlalchemy as sa
from flask import Flask, current_app, g, request
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session, registry
from sqlalchemy.pool import ConnectionPoolEntry
from werkzeug.local import LocalProxy

from .exceptions import StartupError

NAMING_CONVENTION = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

READER = "reading_engine"


class ModuleSession(Session):
    """The session of one module.

    In a request that only reads, a GET, the sessions of all modules share one
    connection, in autocommit: there is no transaction to begin and to end, nor one
    that a module could spoil for the others. What writes gets a connection and a
    transaction of its own, from then on for its reads, too.
    """

    _writes = False

    def get_bind(self, *args: Any, **kwargs: Any) -> sa.Engine | sa.Connection:
        """Return where a statement goes."""
        reads = isinstance(kwargs.get("clause"), sa.SelectBase)
        if reads and not self._writes and g.get("reads_only"):
            return _reader()
        self._writes = True
        return super().get_bind(*args, **kwargs)


db = SQLAlchemy(session_options={"class_": ModuleSession})


class UTCDateTime(sa.TypeDecorator[datetime]):
    """A moment, aware and in UTC, on databases that forget the time zone."""

    impl = sa.DateTime
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What the column holds, for those who ask."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> Any:
        """Store UTC without a zone."""
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        """Give the zone back."""
        return value.replace(tzinfo=UTC) if value else None


def utcnow() -> datetime:
    """Return this moment, aware and in UTC."""
    return datetime.now(UTC)


def module_registry() -> registry:
    """Return a fresh registry for the declarative base of one module.

    With a base of its own, a module's broken relationship breaks no other module's
    mappers, and its tables can't be joined by accident.
    """
    return registry(
        metadata=sa.MetaData(naming_convention=NAMING_CONVENTION),
        type_annotation_map={datetime: UTCDateTime},
    )


def module_session(name: str) -> Session:
    """Return the session of the module called ``name`` for use as a global.

    It stands for ``db.get_session(name)`` of the current app context. A flush that
    fails in one module leaves the sessions of the others usable.
    """
    return cast(Session, LocalProxy(lambda: db.get_session(name)))


def init_app(app: Flask) -> None:
    """Create the engine."""
    app.before_request(_note_whether_it_reads)
    app.teardown_appcontext(_close_reader)  # the last to be called: sessions go first
    try:
        db.init_app(app)
    except ModuleNotFoundError as error:
        raise StartupError(
            f"DATABASE_URL needs the driver {error.name}. Install it with "
            f"pip install '{error.name}[binary]', or choose another database."
        ) from None
    _close_no_async_sessions(app)
    with app.app_context():
        app.extensions[READER] = db.engine.execution_options(
            isolation_level="AUTOCOMMIT"
        )
        if db.engine.dialect.name == "sqlite":
            sa.event.listen(db.engine, "connect", _prepare_sqlite)
            sa.event.listen(db.engine, "savepoint", _begin_before_savepoint)


def _note_whether_it_reads() -> None:
    g.reads_only = request.method in ("GET", "HEAD")


def _reader() -> sa.Connection:
    """Return the connection that the modules of this request read from."""
    if "reader" not in g:
        g.reader = current_app.extensions[READER].connect()
    reader: sa.Connection = g.reader
    return reader


def _close_reader(error: BaseException | None) -> None:
    if reader := g.pop("reader", None):
        reader.close()


def _close_no_async_sessions(app: Flask) -> None:
    # The extension would close asynchronous sessions, too, which we have none of:
    # Flask starts a thread with an event loop for that, at the end of every request.
    app.teardown_appcontext_funcs[:] = [
        function
        for function in app.teardown_appcontext_funcs
        if not iscoroutinefunction(function)
    ]


def _prepare_sqlite(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    # Readers don't wait for the writer, and writers wait for each other in turn.
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.close()


def _begin_before_savepoint(connection: sa.Connection, name: str | None) -> None:
    # sqlite3 begins a transaction with the first change only. A savepoint before that
    # would be the transaction, and its release would commit.
    driver: Any = connection.connection.driver_connection
    if not driver.in_transaction:
        connection.exec_driver_sql("BEGIN")
