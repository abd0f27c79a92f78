"""The broker: Celery carries the numbers of the rows; the rows stay where they are.

Whatever the broker loses, a delivery that is not done is handed to it again.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, current_app

from kernel.events import EXTENSION as EVENTS
from kernel.exceptions import StartupError
from kernel.outbox import queue
from kernel.outbox.engines import QUEUES

try:
    from celery import Celery
    from kombu.entity import Queue
    from kombu.exceptions import OperationalError
except ModuleNotFoundError:
    raise StartupError(
        "EVENTS_ENGINE is celery, and Celery is not installed. "
        "Run pip install -r requirements-production.txt."
    ) from None

TASK = "outbox.deliver"
QUEUE = "outbox"
BATCH = 100
# What is not sent keeps its place in the table. A long queue would be full of what was
# sent again while it waited there.
LONGEST_QUEUE = 500


def make_celery(app: Flask) -> Celery:
    """Return the Celery app that has its broker in ``CELERY_BROKER_URL``.

    :raises StartupError: when the setting is missing.
    """
    broker = app.config["CELERY_BROKER_URL"]
    if not broker:
        raise StartupError(
            "EVENTS_ENGINE is celery, and CELERY_BROKER_URL is not set: set it, "
            "such as redis://localhost:6379/1."
        )
    celery = Celery("outbox", broker=broker)
    queues = app.extensions[QUEUES]
    celery.conf.update(
        task_default_queue=queues[0],
        task_queues=[Queue(name) for name in queues],
        task_ignore_result=True,
        # Acknowledge what is done, not what is begun.
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        broker_transport_options={
            "visibility_timeout": 3600,
            "socket_timeout": 5,
            "socket_connect_timeout": 2,
        },
    )
    return celery


def make_sender(app: Flask) -> Callable[[Callable[[], bool]], None]:
    """Return the work of the thread that hands due deliveries to the broker."""
    celery = make_celery(app)
    connection = celery.connection()
    broker_errors = (
        OperationalError,
        *connection.connection_errors,
        *connection.channel_errors,
    )

    def send_due(until: Callable[[], bool]) -> None:
        listeners = current_app.extensions[EVENTS].carrier.listeners()
        ids: list[int] = []
        try:
            while not until() and (room := LONGEST_QUEUE - _length(celery)) > 0:
                ids = queue.postpone_due(listeners, limit=min(BATCH, room))
                if not ids:
                    return
                for delivery_id in ids:
                    celery.send_task(TASK, (delivery_id,), retry=False)
        except broker_errors as error:
            app.logger.warning("The broker does not answer: %s", error)
            queue.make_due(ids)  # those that came through may come twice

    return send_due


def _length(celery: Celery) -> int:
    """Return how many messages wait at the broker."""
    with celery.producer_or_acquire() as producer:
        declared = producer.channel.queue_declare(QUEUE, durable=True)
        return int(declared.message_count)
