"""Events: what a module tells the others, after its transaction has committed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import TypeVar

import sqlalchemy as sa
from flask import Flask, current_app, has_request_context, request
from flask.ctx import RequestContext
from sqlalchemy.orm import Session, SessionTransaction

from .database import db
from .exceptions import ModuleError
from .module import Module
from .registry import EXTENSION as MODULES

EXTENSION = "events"
PENDING = "pending_events"
COMMITTED = "committed_events"


class Event:
    """Something that happened, in the past tense: a frozen dataclass of plain values.

    The module whose ``events.py`` defines the class is the one that publishes it.
    """

    @classmethod
    def publisher(cls) -> str:
        """Return the name of the module that publishes this event."""
        return cls.__module__.split(".")[-2]

    @classmethod
    def event_name(cls) -> str:
        """Return the name that travels: ``"blog.PostPublished"``."""
        return f"{cls.publisher()}.{cls.__name__}"


Listener = Callable[..., None]
ListenerT = TypeVar("ListenerT", bound=Listener)


@dataclass
class Subscriptions:
    """The events of one app, and who listens to them."""

    published: dict[str, type[Event]]
    listeners: dict[str, list[Listener]]


def publish(event: Event) -> None:
    """Tell the other modules, once the publisher's session commits.

    If the transaction rolls back, nobody hears of it. Each listener runs in contexts
    of its own, so with sessions of its own, and sees nothing of the request.
    """
    session = db.get_session(event.publisher())
    if not session.in_transaction():
        session.begin()
    transaction = session.get_nested_transaction() or session.get_transaction()
    session.info.setdefault(PENDING, []).append((event, transaction))


def listens(event: type[Event] | str) -> Callable[[ListenerT], ListenerT]:
    """Mark a function of ``listeners.py`` as a listener of ``event``.

    Give the class for a module in ``depends_on``, and the name, such as
    ``"blog.PostPublished"``, for one in ``uses``: the listener then waits in silence
    while that module is not there.
    """
    name = event if isinstance(event, str) else event.event_name()

    def mark(function: ListenerT) -> ListenerT:
        function.listens_to = name  # type: ignore[attr-defined]
        return function

    return mark


def init_app(app: Flask) -> None:
    """Deliver the events of every session of the app after it commits."""
    app.extensions[EXTENSION] = Subscriptions({}, defaultdict(list))
    with app.app_context():
        maker = db.sessionmaker
    sa.event.listen(maker, "after_commit", _mark_committed)
    sa.event.listen(maker, "after_soft_rollback", _forget)
    sa.event.listen(maker, "after_transaction_end", _deliver_committed)


def register(app: Flask, file: ModuleType) -> None:
    """Note the events that a module's ``events.py`` defines."""
    subscriptions: Subscriptions = app.extensions[EXTENSION]
    for value in vars(file).values():
        if (
            isinstance(value, type)
            and issubclass(value, Event)
            and value.__module__ == file.__name__
        ):
            subscriptions.published[value.event_name()] = value


def subscribe(app: Flask, module: Module, file: ModuleType) -> None:
    """Connect the marked functions of a module's ``listeners.py``."""
    subscriptions: Subscriptions = app.extensions[EXTENSION]
    for value in vars(file).values():
        # Not isinstance(): it would ask a proxy, such as a session, for its object.
        if type(value) is not FunctionType or not hasattr(value, "listens_to"):
            continue
        name = value.listens_to
        publisher = name.partition(".")[0]
        if publisher not in (*module.depends_on, *module.uses):
            raise ModuleError(
                f"{file.__file__}: {value.__name__}() listens to {name!r}, and the "
                f"manifest does not name {publisher!r}. Add it to depends_on or uses."
            )
        present = publisher in app.extensions[MODULES].active
        if present and name not in subscriptions.published:
            raise ModuleError(
                f"{file.__file__}: {value.__name__}() listens to {name!r}, and "
                f"{publisher!r} publishes no such event."
            )
        subscriptions.listeners[name].append(value)


def deliver(event: Event) -> None:
    """Call every listener of ``event``; one that fails does not stop the next.

    :raises ExceptionGroup: with what failed, after all were called, if the setting
        ``EVENTS_RAISE`` is on, as it is in development and tests.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    failures = []
    for listener in app.extensions[EXTENSION].listeners[event.event_name()]:
        try:
            with app.app_context(), _own_request(app):
                listener(event)
        except Exception as error:
            app.logger.exception("%s failed on %r", listener.__qualname__, event)
            failures.append(error)
    if failures and app.config["EVENTS_RAISE"]:
        raise ExceptionGroup(f"listeners of {event.event_name()} failed", failures)


def _own_request(app: Flask) -> RequestContext:
    """Return an empty request, so that a listener can build URLs wherever it runs."""
    if has_request_context():
        return app.test_request_context(base_url=request.url_root)
    return app.test_request_context(base_url=app.config["BASE_URL"] or None)


def _mark_committed(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info[COMMITTED] = [event for event, _ in session.info.pop(PENDING, [])]


def _forget(session: Session, rolled_back: SessionTransaction) -> None:
    # After a savepoint only what was published inside of it is forgotten.
    session.info[PENDING] = [
        (event, transaction)
        for event, transaction in session.info.get(PENDING, [])
        if not _is_within(transaction, rolled_back)
    ]


def _is_within(inner: SessionTransaction | None, outer: SessionTransaction) -> bool:
    while inner is not None and inner is not outer:
        inner = inner.parent
    return inner is outer


def _deliver_committed(session: Session, transaction: SessionTransaction) -> None:
    # Only now has the session given its connection back: a listener that needs one
    # must not wait for the publisher's.
    if transaction.parent is None:
        for event in session.info.pop(COMMITTED, ()):
            deliver(event)
