"""Delivery: call a listener with its stored event, and commit its work once."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import sqlalchemy as sa
from blinker import signal
from cattrs.preconf.json import make_converter
from flask import Flask, current_app

from kernel.database import utcnow
from kernel.dispatcher import listener_request, run_listener
from kernel.exceptions import reason_of
from kernel.runtime import current_kernel

from . import queue
from .models import State
from .settings import OutboxSettings

BATCH = 10

converter = make_converter()

# Sent before a listener is called. The receiver gets the ``row``, its ``headers`` and
# a ``stack``: contexts that are entered on it surround the delivery.
delivering = signal("outbox-delivering")

# Sent after an attempt. The receiver gets the ``row``, the ``outcome`` ("completed",
# "retried", "failed" or "lost") and its duration in ``seconds``.
delivered = signal("outbox-delivered")


class TryLater(Exception):
    """Raised by a listener that can't work yet; the delivery is retried without limit.

    :param seconds: when; by default after as long as it has waited, up to a minute.
    """

    def __init__(self, reason: str = "", *, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.seconds = seconds


def deliver_due(
    *,
    until: Callable[[], bool] = lambda: False,
    serves: Callable[[str], bool] = lambda module: True,
) -> list[Exception]:
    """Deliver what is due to the listeners of this app, until nothing is.

    :param until: called before each delivery; stop when it returns true.
    :param serves: whether to deliver to the listeners of the module of this name.
    :return: the exceptions of the listeners; their deliveries are retried when due.
    """
    failures: list[Exception] = []
    listeners = current_kernel.listeners().items()
    served = [name for name, each in listeners if serves(each.module)]
    while rows := queue.claim(served, limit=BATCH):
        for index, row in enumerate(rows):
            if until():
                for rest in rows[index:]:
                    queue.postpone(rest, seconds=0)
                return failures
            if row.due_at <= utcnow():
                continue  # the claim timed out while the others were delivered
            if failure := deliver(row):
                failures.append(failure)
    return failures


def deliver(row: sa.Row[Any]) -> Exception | None:
    """Make one attempt at a claimed delivery; return the listener's exception."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    started = time.perf_counter()
    failure: Exception | None = None
    with ExitStack() as stack:
        stack.enter_context(app.app_context())
        stack.enter_context(listener_request(app))
        delivering.send(app, row=row, headers=json.loads(row.headers), stack=stack)
        try:
            _run(row)
            outcome = "completed"
        except queue.ClaimLostError:
            app.logger.warning("%s took too long for %s", row.listener, row.event)
            outcome = "lost"
        except TryLater as error:
            queue.postpone(row, seconds=error.seconds, reason=str(error))
            outcome = "retried"
        except Exception as error:
            app.logger.exception("%s failed on %s", row.listener, row.event)
            failure = error
            state = queue.fail(row, reason_of(error))
            outcome = "failed" if state is State.FAILED else "retried"
        duration = time.perf_counter() - started
        delivered.send(app, row=row, outcome=outcome, seconds=duration)
    return failure


def _run(row: sa.Row[Any]) -> None:
    if row.attempts > OutboxSettings.current().EVENTS_MAX_ATTEMPTS:
        raise RuntimeError("every attempt ended with its process or took too long")
    listener = current_kernel.listeners()[row.listener]
    event = converter.loads(row.payload, current_kernel.events[row.event])
    key = f"{row.event_id}/{row.listener}"
    run_listener(listener, event, key, lambda session: queue.complete(session, row))
