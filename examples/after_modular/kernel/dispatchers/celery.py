"""Celery: its messages are the ids of deliveries, which stay in the outbox.

A message that the broker loses is sent again: a delivery is done only when its row is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app

from kernel.deliveries.delivery import deliver
from kernel.deliveries.worker import Worker, thread
from kernel.exceptions import StartupError
from kernel.outbox import dispatcher, queue
from kernel.outbox.clock import from_now
from kernel.outbox.models import State, session, table
from kernel.outbox.settings import OutboxSettings
from kernel.runtime import Kernel, current_kernel

from . import celery_made

try:
    from celery import Celery
    from kombu.exceptions import OperationalError
except ModuleNotFoundError:
    raise StartupError(
        "EVENTS_ENGINE is celery, and Celery is not installed. "
        "Run pip install -r requirements-production.txt.",
        error="production-requirements-missing",
    ) from None

EXTENSION = "celery"
TASK = "outbox.deliver"
BATCH = 100
# Further deliveries stay in the table: a longer queue would fill up with repetitions.
MAX_QUEUE_LENGTH = 500
PING_TIMEOUT = 2  # seconds


def init_app(app: Flask, broker: str) -> None:
    """Make the engine ``celery`` available, and add a check to ``flask doctor``."""
    if not broker:
        raise StartupError(
            "EVENTS_ENGINE is celery, and CELERY_BROKER_URL is not set: set it, "
            "such as redis://localhost:6379/1.",
            error="celery-broker-missing",
        )
    dispatcher.ENGINES["celery"] = engine
    Kernel.of(app).doctor_checks.append(check_workers)


def engine(app: Flask) -> Worker:
    """Send due deliveries to the broker, from a thread of each process."""
    make_celery(app)
    return thread(app, send_due)


def make_celery(app: Flask) -> Celery:
    """Return the Celery app of a Flask app; it is in ``app.extensions["celery"]``."""
    celery = Celery("outbox", broker=app.config["CELERY_BROKER_URL"])
    celery.conf.update(
        task_default_queue="outbox",
        task_ignore_result=True,
        # Acknowledge a message after the delivery, not before.
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
    app.extensions[EXTENSION] = celery
    celery_made.send(app, celery=celery)
    return celery


def send_due(until: Callable[[], bool]) -> None:
    """Send the ids of due deliveries to the broker, until nothing is due."""
    celery: Celery = current_app.extensions[EXTENSION]
    connection = celery.connection()
    broker_errors = (
        OperationalError,
        *connection.connection_errors,
        *connection.channel_errors,
    )
    ids: list[int] = []
    try:
        while not until() and (room := MAX_QUEUE_LENGTH - _queue_length(celery)) > 0:
            ids = take_due(current_kernel.listeners(), limit=min(BATCH, room))
            if not ids:
                return
            for delivery_id in ids:
                celery.send_task(TASK, (delivery_id,), retry=False)
    except broker_errors as error:
        current_app.logger.warning("The broker does not answer: %s", error)
        make_due(ids)  # a duplicate message has no further effect


def _queue_length(celery: Celery) -> int:
    with celery.producer_or_acquire() as producer:
        name = celery.conf.task_default_queue
        return int(producer.channel.queue_declare(name, durable=True).message_count)


def take_due(listeners: Collection[str], *, limit: int) -> list[int]:
    """Return the ids of due deliveries; until one is completed it becomes due again."""
    later = from_now(OutboxSettings.current().EVENTS_STALE_AFTER)
    statement = (
        sa.update(table)
        .where(table.c.id.in_(queue.due(listeners, limit)))
        .values(state=State.PENDING, claim=None, due_at=later)
        .returning(table.c.id)
    )
    ids = sorted(session.scalars(statement))
    session.commit()
    return ids


def make_due(ids: Collection[int]) -> None:
    """Make pending deliveries due now."""
    is_pending = table.c.id.in_(ids) & (table.c.state == State.PENDING)
    session.execute(sa.update(table).where(is_pending).values(due_at=from_now(0)))
    session.commit()


def deliver_one(delivery_id: int) -> None:
    """Deliver a row, and then those with the same key that it blocked.

    After a batch of them, the next one waits for its turn behind other deliveries.
    """
    rows = claim_one(delivery_id)
    for _ in range(BATCH):
        if not rows:
            return
        (row,) = rows
        deliver(row)
        rows = claim_next(row)
    for row in rows:
        queue.postpone(row, seconds=0)


def claim_one(delivery_id: int) -> list[sa.Row[Any]]:
    """Claim the delivery of a message, unless it is completed, claimed or blocked."""
    condition = (table.c.id == delivery_id) & (table.c.state == State.PENDING)
    return _claim(condition)


def claim_next(row: sa.Row[Any]) -> list[sa.Row[Any]]:
    """Claim the delivery that was blocked by this one, if there is one."""
    condition = (
        (table.c.listener == row.listener)
        & (table.c.key == row.key)
        & (table.c.id > row.id)  # not this one itself, if it is to be retried
        & (table.c.state == State.PENDING)
    )
    return _claim(condition) if row.key is not None else []


def _claim(condition: sa.ColumnElement[bool]) -> list[sa.Row[Any]]:
    ids = sa.select(table.c.id).where(condition, queue.is_next_of_its_key())
    return queue.claim_where(table.c.id.in_(ids.with_for_update(skip_locked=True)))


def check_workers() -> Iterator[tuple[str, str, str, str]]:
    """Yield the status, the subject, what was found and the fix: for ``doctor``."""
    if current_app.config["EVENTS_ENGINE"] != "celery":
        return
    celery: Celery = current_app.extensions[EXTENSION]
    try:
        with celery.connection() as connection:
            connection.ensure_connection(max_retries=1, timeout=PING_TIMEOUT)
        answers = celery.control.ping(timeout=PING_TIMEOUT)
    except OperationalError as error:
        fix = "Start the broker, or correct CELERY_BROKER_URL."
        yield "FAIL", "broker", f"it does not answer: {error}", fix
        return
    if answers:
        yield "OK", "workers", f"{len(answers)} Celery workers answered", ""
    else:
        fix = "Start celery -A kernel.dispatchers.celery_app worker."
        yield "FAIL", "workers", "no Celery worker answered", fix
