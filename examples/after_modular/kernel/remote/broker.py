"""Events by broker: each module has a queue, read where the module runs.

What the broker takes is not done yet. The other side acknowledges what it has written
down; until then it is sent again, so a broker may lose whatever it likes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask, current_app

from kernel.outbox.delivery import TryLater

from . import inbox

if TYPE_CHECKING:
    from celery import Celery

RECEIVE = "remote.receive"
ACKNOWLEDGE = "remote.acknowledge"
EXTENSION = "remote_celery"


def queue_of(module: str) -> str:
    """Return the name of the queue that the processes of a module read."""
    return f"outbox.{module}"


def send(module: str, message: dict[str, Any]) -> None:
    """Send an event to a remote module.

    :raises TryLater: always: it is done when the other side says so.
    """
    from kombu.exceptions import OperationalError

    publisher = message["event"].partition(".")[0]
    message["reply_to"] = queue_of(publisher)
    try:
        _celery().send_task(RECEIVE, (message,), queue=queue_of(module), retry=False)
    except OperationalError as error:
        raise TryLater(f"The broker does not answer: {error}") from error
    wait = current_app.config["EVENTS_STALE_AFTER"]
    raise TryLater(f"Sent to {module}, and not acknowledged yet.", seconds=wait)


def add_tasks(app: Flask, *, celery: Celery) -> None:
    """Let a worker receive events, and hear that others have received them."""

    def receive(message: dict[str, Any]) -> None:
        with app.app_context():
            inbox.receive(message)
            arrived = (message["event_id"], message["listener"])
            celery.send_task(ACKNOWLEDGE, arrived, queue=message["reply_to"])

    def acknowledge(event_id: str, listener: str) -> None:
        with app.app_context():
            inbox.acknowledge(event_id, listener)

    celery.task(receive, name=RECEIVE)
    celery.task(acknowledge, name=ACKNOWLEDGE)


def _celery() -> Celery:
    from kernel.dispatchers.celery import make_celery

    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    if EXTENSION not in app.extensions:
        app.extensions[EXTENSION] = make_celery(app)
    return app.extensions[EXTENSION]
