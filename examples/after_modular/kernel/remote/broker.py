"""Events by broker: each module has a queue, which the module's processes read.

A message may get lost. The receiver acknowledges an event that it has stored; until
then the sender repeats the message.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask, current_app

from kernel.deliveries.delivery import TryLater
from kernel.outbox.settings import OutboxSettings

from . import inbox

if TYPE_CHECKING:
    from celery import Celery

RECEIVE = "remote.receive"
ACKNOWLEDGE = "remote.acknowledge"


def queue_of(module: str) -> str:
    """Return the name of the queue that a module's processes read."""
    return f"outbox.{module}"


def send(module: str, message: dict[str, Any]) -> None:
    """Send an event to a remote module.

    :raises TryLater: always; the delivery is completed by the acknowledgment.
    """
    from kombu.exceptions import OperationalError

    celery: Celery = current_app.extensions["celery"]
    publisher = message["event"].partition(".")[0]
    message["reply_to"] = queue_of(publisher)
    try:
        celery.send_task(RECEIVE, (message,), queue=queue_of(module), retry=False)
    except OperationalError as error:
        raise TryLater(f"The broker does not answer: {error}") from error
    timeout = OutboxSettings.current().EVENTS_STALE_AFTER
    raise TryLater(f"Sent to {module}, and not acknowledged yet.", seconds=timeout)


def configure(app: Flask, celery: Celery, *, modules: list[str]) -> None:
    """Let Celery workers read the queues of the local modules, and receive events."""
    from kombu.entity import Queue

    queues = [queue_of(name) for name in modules]
    celery.conf.update(
        task_default_queue=queues[0],  # of the deliveries to local listeners
        task_queues=[Queue(name) for name in queues],
    )

    def receive(message: dict[str, Any]) -> None:
        with app.app_context():
            inbox.receive(message)
            received = (message["event_id"], message["listener"])
            celery.send_task(ACKNOWLEDGE, received, queue=message["reply_to"])

    def acknowledge(event_id: str, listener: str) -> None:
        with app.app_context():
            inbox.acknowledge(event_id, listener)

    celery.task(receive, name=RECEIVE)
    celery.task(acknowledge, name=ACKNOWLEDGE)
