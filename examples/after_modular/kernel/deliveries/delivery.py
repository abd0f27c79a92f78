"""Delivery: call a listener with its stored event, and commit its work once."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import sqlalchemy as sa
from blinker import signal
from flask import Flask, current_app

from kernel.dispatcher import listener_request, run_listener
from kernel.exceptions import reason_of
from kernel.outbox import payload, queue
from kernel.outbox.dispatcher import chain_length
from kernel.outbox.models import State
from kernel.outbox.settings import OutboxSettings
from kernel.runtime import current_kernel

from . import transaction

BATCH = 10

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
) -> list[BaseException]:
    """Deliver what is due to the listeners of this app, until nothing is.

    :param until: called before each delivery; stop when it returns true.
    :param serves: whether to deliver to the listeners of the module of this name.
    :return: the exceptions of the listeners; their deliveries are retried when due.
    """
    failures: list[BaseException] = []
    listeners = current_kernel.listeners().items()
    served = [name for name, each in listeners if serves(each.module)]
    timeout = OutboxSettings.current().EVENTS_STALE_AFTER
    while rows := queue.claim(served, limit=BATCH):
        claimed_at = time.monotonic()
        for index, row in enumerate(rows):
            if until():
                for rest in rows[index:]:
                    queue.postpone(rest, seconds=0)
                return failures
            if time.monotonic() - claimed_at >= timeout:
                continue  # the claim timed out while the others were delivered
            if failure := deliver(row):
                failures.append(failure)
    return failures


def deliver(row: sa.Row[Any]) -> BaseException | None:
    """Make one attempt at a claimed delivery; return the listener's exception."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    started = time.perf_counter()
    failure: BaseException | None = None
    headers = json.loads(row.headers)
    length = chain_length.set(int(headers.get("chain_length", 1)))
    with ExitStack() as stack:
        stack.callback(chain_length.reset, length)
        stack.enter_context(app.app_context())
        stack.enter_context(listener_request(app))
        delivering.send(app, row=row, headers=headers, stack=stack)
        try:
            _run(row, headers)
            outcome = "completed"
        except queue.ClaimLostError:
            app.logger.warning("%s took too long for %s", row.listener, row.event)
            outcome = "lost"
        except TryLater as error:
            queue.postpone(row, seconds=error.seconds, reason=str(error))
            outcome = "retried"
        except payload.NewerCodeNeeded as error:
            app.logger.warning("Delivery %d has to wait: %s", row.id, error)
            queue.postpone(row, seconds=None, reason=str(error))
            outcome = "retried"
        except BaseException as error:  # a listener may even call exit()
            app.logger.exception("%s failed on %s", row.listener, row.event)
            failure = error
            state = queue.fail(row, reason_of(error))
            outcome = "failed" if state is State.FAILED else "retried"
        duration = time.perf_counter() - started
        delivered.send(app, row=row, outcome=outcome, seconds=duration)
    return failure


def _run(row: sa.Row[Any], headers: dict[str, str]) -> None:
    if row.attempts > OutboxSettings.current().EVENTS_MAX_ATTEMPTS:
        raise RuntimeError("every attempt ended with its process or took too long")
    if (listener := current_kernel.listeners().get(row.listener)) is None:
        raise payload.NewerCodeNeeded(f"this process has no listener {row.listener}")
    event = payload.read(row.event, row.payload, headers)
    run_listener(
        transaction.guarded(listener),
        event,
        f"{row.event_id}/{row.listener}",
        lambda session: queue.complete(session, row),
    )
