"""Dispatchers: how published events reach their listeners.

:class:`InProcessDispatcher` calls them after the commit, in the publisher's process,
and stores nothing: an event is lost when the process is killed in between. The outbox
layer replaces it by one that stores events in the publisher's transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol
from uuid import uuid4

import sqlalchemy as sa
from flask import Flask, g, has_request_context, request
from sqlalchemy.orm import Session, SessionTransaction

from .database import db
from .events import Event, Subscription
from .runtime import Kernel

STORED, COMMITTED = "kernel-stored", "kernel-committed"


class Dispatcher(Protocol):
    """Delivers events to listeners."""

    def check(self, event: type[Event]) -> None:
        """Raise :class:`ModuleError` when events of this class can't be delivered."""

    def store(
        self, session: Session, event: Event, listeners: Sequence[Subscription]
    ) -> None:
        """Take an event in the transaction of ``session``; a rollback drops it."""

    def committed(self, stored: list[Any]) -> None:
        """Deliver what :func:`remember` kept: its transaction has committed."""


class InProcessDispatcher:
    """Calls the listeners after the commit, in the process that published."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def check(self, event: type[Event]) -> None:
        """Accept every event: it is handed over as an object."""

    def store(
        self, session: Session, event: Event, listeners: Sequence[Subscription]
    ) -> None:
        """Keep the event in the session until it commits."""
        event_id = str(uuid4())
        for listener in listeners:
            remember(session, (event_id, event, listener))

    def committed(self, stored: list[Any]) -> None:
        """Call the listeners; a failure of one does not keep the others from it.

        :raises BaseExceptionGroup: their failures, where ``EVENTS_RAISE`` is on.
        """
        failures: list[BaseException] = []
        for event_id, event, listener in stored:
            try:
                with self._app.app_context(), listener_request(self._app):
                    run_listener(listener, event, f"{event_id}/{listener.name}")
            except BaseException as error:  # a listener may even call exit()
                self._app.logger.exception("%s failed on %s", listener.name, event)
                failures.append(error)
        if failures and self._app.config["EVENTS_RAISE"]:
            raise BaseExceptionGroup("listeners failed", failures)


def idempotency_key() -> str | None:
    """Return the key of the delivery that a listener works on; ``None`` elsewhere.

    It is the same on every attempt. Pass it on with effects that no rollback undoes,
    such as a mail or a payment, so that the receiver can recognize a repetition.
    """
    key: str | None = g.get("idempotency_key")
    return key


def run_listener(
    listener: Subscription,
    event: Event,
    key: str,
    complete: Callable[[Session], None] = lambda session: None,
) -> None:
    """Call a listener and commit its work.

    :param key: the idempotency key.
    :param complete: records the completion in the listener's transaction.
    """
    g.idempotency_key = key
    session = db.get_session(listener.module)
    try:
        listener.function(event)
        complete(session)
        session.commit()
    except BaseException:
        session.rollback()
        raise


def listener_request(app: Flask) -> Any:
    """Return an empty request context, so that listeners can build URLs."""
    if has_request_context():
        return app.test_request_context(base_url=request.url_root)
    return app.test_request_context(base_url=app.config["BASE_URL"] or None)


def remember(session: Session, stored: Any) -> None:
    """Hand ``stored`` to the dispatcher when the current transaction has committed."""
    transaction = (
        session.get_nested_transaction() or session.get_transaction() or session.begin()
    )
    session.info.setdefault(STORED, []).append((transaction, stored))


def init_app(app: Flask) -> None:
    """Watch the sessions of the app for commits."""
    kernel = Kernel.of(app)

    def after_commit(session: Session) -> None:
        # The release of a savepoint counts as a commit, too.
        if not session.in_nested_transaction():
            stored = session.info.pop(STORED, ())
            session.info[COMMITTED] = [each for _, each in stored]

    def after_transaction_end(session: Session, ended: SessionTransaction) -> None:
        # Only now has the session returned its connection: a listener that needs one
        # must not wait for the publisher's.
        if ended.parent is None and (stored := session.info.pop(COMMITTED, None)):
            kernel.dispatcher.committed(stored)

    with app.app_context():
        maker = db.sessionmaker
    sa.event.listen(maker, "after_commit", after_commit)
    sa.event.listen(maker, "after_soft_rollback", _forget)
    sa.event.listen(maker, "after_transaction_end", after_transaction_end)


def _forget(session: Session, rolled_back: SessionTransaction) -> None:
    """Drop what was stored in a transaction, or a savepoint, that was rolled back."""
    kept = [
        (transaction, stored)
        for transaction, stored in session.info.get(STORED, ())
        if rolled_back not in _with_parents(transaction)
    ]
    session.info[STORED] = kept


def _with_parents(
    transaction: SessionTransaction | None,
) -> Iterator[SessionTransaction]:
    while transaction:
        yield transaction
        transaction = transaction.parent
