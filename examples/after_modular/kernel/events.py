"""Events: what one module publishes and others listen to, after its commit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any, ClassVar, TypeVar

from flask import Flask

from .database import db
from .exceptions import ModuleError
from .manifest import Module
from .runtime import Kernel, current_kernel


class Event:
    """Something that happened, in the past tense: a frozen dataclass of plain values.

    The module whose ``events.py`` defines the class is the one that publishes it.

    :cvar schema_version: increase it when :meth:`upcast` has to convert stored events.
    :cvar previous_names: names that stored events may have: ``("auth.UserAdded",)``.
    """

    schema_version: ClassVar[int] = 1
    previous_names: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def upcast(cls, fields: dict[str, Any], version: int) -> dict[str, Any]:
        """Return the JSON fields of an event stored in an earlier version as of now."""
        return fields

    @classmethod
    def publisher(cls) -> str:
        """Return the name of the module that publishes this event."""
        return cls.__module__.split(".")[-2]

    @classmethod
    def event_name(cls) -> str:
        """Return the event's name: ``"auth.UserRegistered"``."""
        return f"{cls.publisher()}.{cls.__name__}"


Listener = Callable[..., None]
ListenerT = TypeVar("ListenerT", bound=Listener)


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """A listener of one event.

    :param name: the listener's name: ``"auth.mail_confirmation"``.
    :param module: the module whose session the listener works with.
    :param function: the listener.
    :param ordered_by: the event's field within whose values the order is kept.
    :param previous_names: names under which deliveries may wait for it.
    """

    name: str
    module: str
    function: Listener
    ordered_by: str | None = None
    previous_names: tuple[str, ...] = ()


def publish(event: Event) -> None:
    """Publish an event if and when the publisher's session commits.

    After a rollback no listener is called. Each listener runs in an app context of its
    own, with its own sessions, and sees nothing of the request.
    """
    session = db.get_session(event.publisher())
    listeners = current_kernel.subscriptions.get(event.event_name(), ())
    current_kernel.dispatcher.store(session, event, listeners)


def listens(
    event: type[Event] | str,
    *,
    ordered_by: str | None = None,
    previous_names: tuple[str, ...] = (),
) -> Callable[[ListenerT], ListenerT]:
    """Mark a function of ``listeners.py`` as a listener of ``event``.

    Give the class for a module in ``depends_on``, and the name, such as
    ``"auth.UserRegistered"``, for one in ``uses``: the listener is not called while
    that module is absent.

    The listener changes rows through its module's session and does not commit: its
    work and the completion of the delivery are committed together.

    :param ordered_by: a field of the event, such as ``"user_id"``: events with the
        same value are delivered in the order they were published, and a failed one
        blocks those behind it. Otherwise, and for ``None``, there is no order.
    :param previous_names: what it was called, such as ``"auth.send_mail"``: it
        receives the deliveries that are stored for these names.
    """
    name = event if isinstance(event, str) else event.event_name()

    def mark(function: ListenerT) -> ListenerT:
        function.listens_to = name  # type: ignore[attr-defined]
        function.ordered_by = ordered_by  # type: ignore[attr-defined]
        function.previous_names = previous_names  # type: ignore[attr-defined]
        return function

    return mark


def register(app: Flask, file: ModuleType) -> None:
    """Register the event classes that a module's ``events.py`` defines."""
    kernel = Kernel.of(app)
    for value in vars(file).values():
        if (
            isinstance(value, type)
            and issubclass(value, Event)
            and value.__module__ == file.__name__
        ):
            kernel.dispatcher.check(value)
            kernel.events[value.event_name()] = value


def subscribe(app: Flask, module: Module, file: ModuleType) -> None:
    """Connect the listeners of a module's ``listeners.py``."""
    kernel = Kernel.of(app)
    for value in vars(file).values():
        # Not isinstance(): it would resolve a proxy, such as a module's session.
        if type(value) is FunctionType and hasattr(value, "listens_to"):
            name = value.listens_to
            _check(kernel, module, file, value, name)
            renamed = (f"{old}.{value.__name__}" for old in module.previous_names)
            kernel.subscriptions[name].append(
                Subscription(
                    name=f"{module.name}.{value.__name__}",
                    module=module.name,
                    function=value,
                    ordered_by=value.ordered_by,  # type: ignore[attr-defined]
                    previous_names=(*value.previous_names, *renamed),  # type: ignore[attr-defined]
                )
            )


def _check(
    kernel: Kernel, module: Module, file: ModuleType, listener: FunctionType, name: str
) -> None:
    """Refuse a listener that could never be called, or not with this event."""
    where = f"{file.__file__}: {listener.__name__}()"
    publisher, _, class_name = name.partition(".")
    if publisher not in (module.name, *module.depends_on, *module.uses):
        raise ModuleError(
            f"{where} listens to {name!r}, and the manifest does not name "
            f"{publisher!r}. Add it to depends_on or uses.",
            error="undeclared-publisher",
        )
    event = kernel.events.get(name)
    if event is None and publisher in kernel.active:
        raise ModuleError(
            f"{where} listens to {name!r}, and {publisher!r} publishes no such event.",
            error="unknown-event",
        )
    annotations = [str(each) for each in listener.__annotations__.values()][:1]
    written = [each.removesuffix("'>").rpartition(".")[2] for each in annotations]
    if written and written != [class_name]:
        raise ModuleError(
            f"{where} listens to {name!r}, and its argument is annotated as "
            f"{written[0]}. Annotate it as {class_name}.",
            error="listener-annotation-mismatch",
        )
    key = listener.ordered_by  # type: ignore[attr-defined]
    if event and key and key not in event.__dataclass_fields__:  # type: ignore[attr-defined]
        raise ModuleError(
            f"{where} is ordered by {key!r}, and {name} has no such field.",
            error="unknown-order-key",
        )
