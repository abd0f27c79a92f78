"""Events: what a module tells the others, after its transaction has committed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FunctionType, ModuleType
from typing import Protocol, TypeVar

from flask import Flask, current_app, g
from sqlalchemy.orm import Session

from .database import db
from .exceptions import ModuleError, StartupError
from .manifest import Module
from .registry import EXTENSION as MODULES

EXTENSION = "events"


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


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """A listener, and the module that it belongs to.

    :param name: what the delivery is called: ``"dashboard.count_post"``.
    :param module: the module whose session the listener works with.
    :param function: the listener.
    :param ordered_by: the field of the event within whose values the order is kept.
    """

    name: str
    module: str
    function: Listener
    ordered_by: str | None = None


class Carrier(Protocol):
    """What brings events to their listeners."""

    def check(self, event: type[Event]) -> None:
        """Raise :class:`ModuleError` when an event of this kind can't be carried."""

    def send(
        self, session: Session, event: Event, subscriptions: Sequence[Subscription]
    ) -> None:
        """Take on an event in the transaction of ``session``, and go with it."""


@dataclass
class Subscriptions:
    """The events of one app, who listens to them, and what carries them there."""

    published: dict[str, type[Event]] = field(default_factory=dict)
    listeners: defaultdict[str, list[Subscription]] = field(
        default_factory=lambda: defaultdict(list)
    )
    carrier: Carrier | None = None


def publish(event: Event) -> None:
    """Tell the other modules, if and when the publisher's session commits.

    If the transaction rolls back, nobody hears of it. Each listener runs in contexts
    of its own, so with sessions of its own, and sees nothing of the request.
    """
    subscriptions: Subscriptions = current_app.extensions[EXTENSION]
    if subscriptions.carrier is None:
        raise StartupError("Nothing carries events: call outbox.init_app(app).")
    session = db.get_session(event.publisher())
    listeners = subscriptions.listeners[event.event_name()]
    subscriptions.carrier.send(session, event, listeners)


def listens(
    event: type[Event] | str, *, ordered_by: str | None = None
) -> Callable[[ListenerT], ListenerT]:
    """Mark a function of ``listeners.py`` as a listener of ``event``.

    Give the class for a module in ``depends_on``, and the name, such as
    ``"blog.PostPublished"``, for one in ``uses``: the listener then waits in silence
    while that module is not there.

    The listener changes rows through its module's session and does not commit: what
    it did is committed together with the note that the event has arrived, so it
    counts once, however often the event is brought.

    :param ordered_by: a field of the event, such as ``"user_id"``: events with the
        same value arrive in the order they were published, and one that can't be
        delivered holds up those behind it. Otherwise the order is not promised.
    """
    name = event if isinstance(event, str) else event.event_name()

    def mark(function: ListenerT) -> ListenerT:
        function.listens_to = name  # type: ignore[attr-defined]
        function.ordered_by = ordered_by  # type: ignore[attr-defined]
        return function

    return mark


def idempotency_key() -> str | None:
    """Return what names the delivery that a listener works on; ``None`` elsewhere.

    It is the same each time that the same event is brought to the same listener. Hand
    it on with what no rollback takes back, such as a mail or a payment, so that the
    other side can tell the second try from a second order.
    """
    key: str | None = g.get("idempotency_key")
    return key


def init_app(app: Flask) -> None:
    """Start with no events and no listeners."""
    app.extensions[EXTENSION] = Subscriptions()


def register(app: Flask, file: ModuleType) -> None:
    """Note the events that a module's ``events.py`` defines."""
    subscriptions: Subscriptions = app.extensions[EXTENSION]
    for value in vars(file).values():
        if (
            isinstance(value, type)
            and issubclass(value, Event)
            and value.__module__ == file.__name__
        ):
            if subscriptions.carrier:
                subscriptions.carrier.check(value)
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
        if publisher not in (module.name, *module.depends_on, *module.uses):
            raise ModuleError(
                f"{file.__file__}: {value.__name__}() listens to {name!r}, and the "
                f"manifest does not name {publisher!r}. Add it to depends_on or uses."
            )
        event = subscriptions.published.get(name)
        if event is None and publisher in app.extensions[MODULES].active:
            raise ModuleError(
                f"{file.__file__}: {value.__name__}() listens to {name!r}, and "
                f"{publisher!r} publishes no such event."
            )
        key = getattr(value, "ordered_by", None)
        if event and key and key not in event.__dataclass_fields__:  # type: ignore[attr-defined]
            raise ModuleError(
                f"{file.__file__}: {value.__name__}() is ordered by {key!r}, and "
                f"{name} has no such field."
            )
        subscriptions.listeners[name].append(
            Subscription(
                name=f"{module.name}.{value.__name__}",
                module=module.name,
                function=value,
                ordered_by=key,
            )
        )
