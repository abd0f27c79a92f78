"""Engines: who delivers what was published, and when.

The setting ``EVENTS_ENGINE`` names one. They differ in where a listener runs; what is
promised is the same, since all of them work from the same rows.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable
from contextvars import ContextVar
from typing import Protocol

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session, SessionTransaction

from kernel.database import db
from kernel.exceptions import StartupError

from . import delivery
from .carrier import PUBLISHED
from .loop import Loop

EXTENSION = "outbox"
# The queues that Celery workers of this app read; the first is for its own deliveries.
QUEUES = "outbox_queues"
COMMITTED = "outbox-committed"

_is_delivering: ContextVar[bool] = ContextVar("is_delivering", default=False)


class Engine(Protocol):
    """Something that sees to it that events are delivered."""

    def wake(self) -> None:
        """Hear that a transaction with events in it was committed."""


class Inline:
    """Delivers in the process that published, before it goes on.

    For development and tests: a listener that fails is seen at once, where the
    setting ``EVENTS_RAISE`` is on even by the one who published.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app

    def wake(self) -> None:
        """Deliver what is due, and what that publishes."""
        if _is_delivering.get():
            return  # it is the outbox that commits; its loop finds what is new
        token = _is_delivering.set(True)
        try:
            with self._app.app_context():
                failures = delivery.deliver_due()
        finally:
            _is_delivering.reset(token)
        if failures and self._app.config["EVENTS_RAISE"]:
            raise ExceptionGroup("listeners failed", failures)


class Background:
    """Delivers, or hands over, in a thread beside those that answer requests.

    The thread starts with the first request or event of its process, so after a
    server has split itself into several processes.
    """

    def __init__(
        self, app: Flask, work: Callable[[Callable[[], bool]], object]
    ) -> None:
        self._app = app
        self._work = work
        self._pid: int | None = None
        self._lock = threading.Lock()
        self._loop: Loop | None = None
        app.before_request(self._start)

    def wake(self) -> None:
        """Let the thread look at once."""
        self._start()
        assert self._loop is not None
        self._loop.wake()

    def stop(self) -> None:
        """End the thread, once it has finished what it is at."""
        if self._loop and self._pid == os.getpid():
            self._loop.stop()

    def _start(self) -> None:
        if self._pid == os.getpid():
            return
        with self._lock:
            if self._pid == os.getpid():
                return
            self._loop = Loop(self._app, self._work)
            self._loop.start()
            atexit.register(self.stop)
            self._pid = os.getpid()


class Elsewhere:
    """Leaves it to the processes that run ``flask events work``."""

    def wake(self) -> None:
        """Do nothing: they look each second."""


def init_app(app: Flask) -> None:
    """Wake the engine of the settings whenever events are committed."""
    app.extensions.setdefault(delivery.EXTENSION, [])
    app.extensions.setdefault(QUEUES, ["outbox"])
    app.extensions[EXTENSION] = engine = _make(app)
    with app.app_context():
        maker = db.sessionmaker

    def wake(session: Session, transaction: SessionTransaction) -> None:
        # Only now has the session given its connection back: a listener that needs
        # one must not wait for the publisher's.
        if transaction.parent is None and session.info.pop(COMMITTED, False):
            engine.wake()

    sa.event.listen(maker, "before_commit", delivery.refuse_commit)
    sa.event.listen(maker, "after_commit", _note_commit)
    sa.event.listen(maker, "after_transaction_end", wake)


def _make(app: Flask) -> Engine:
    match app.config["EVENTS_ENGINE"]:
        case "inline":
            return Inline(app)
        case "thread":
            return Background(app, lambda until: delivery.deliver_due(until=until))
        case "worker":
            return Elsewhere()
        case "celery":
            from kernel.dispatchers.celery import make_sender

            return Background(app, make_sender(app))
        case other:
            raise StartupError(
                f"EVENTS_ENGINE is {other!r}: use inline, thread, worker or celery."
            )


def _note_commit(session: Session) -> None:
    # A savepoint "commits", too.
    if not session.in_nested_transaction() and session.info.pop(PUBLISHED, False):
        session.info[COMMITTED] = True
