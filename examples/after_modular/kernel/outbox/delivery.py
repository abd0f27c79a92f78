"""Delivery: a listener gets its event, and its work is committed once."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app, g, has_request_context, request
from flask.ctx import RequestContext
from sqlalchemy.orm import Session

from kernel.database import db, utcnow
from kernel.events import EXTENSION as EVENTS
from kernel.exceptions import reason_of

from . import queue
from .carrier import Outbox
from .models import State
from .signals import delivered

BATCH = 10
EXTENSION = "outbox_contexts"
DELIVERING = "outbox-delivering"

# What surrounds a delivery: gets the row and its headers.
Context = Callable[[sa.Row[Any], dict[str, str]], AbstractContextManager[object]]


class TryLater(Exception):
    """An event can't be delivered now, and that is no failure of its listener.

    It is tried until it can, which is never given up.

    :param seconds: when to try again; if not given, the event waits as long again as
        it has waited, a minute at most.
    """

    def __init__(self, reason: str = "", *, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.seconds = seconds


class ListenerCommittedError(Exception):
    """A listener ended the transaction that it shares with the outbox."""


def deliver_due(
    *,
    until: Callable[[], bool] = lambda: False,
    serves: Callable[[str], bool] = lambda module: True,
) -> list[Exception]:
    """Deliver what is due to the listeners of this app, until nothing is.

    :param until: asked before each delivery; stop when it says so.
    :param serves: asked whether to deliver to the listeners of a module.
    :return: what the listeners raised; each is tried again when its time comes.
    """
    failures: list[Exception] = []
    present = _outbox().listeners().items()
    listeners = [name for name, each in present if serves(each.module)]
    while rows := queue.claim(listeners, limit=BATCH):
        for row in rows:
            if until():
                queue.release(row.claim)
                return failures
            if row.due_at <= utcnow():
                continue  # the others took so long that it is somebody else's
            if failure := deliver(row):
                failures.append(failure)
    return failures


def deliver(row: sa.Row[Any]) -> Exception | None:
    """Bring a claimed delivery to its listener; return what that raised."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    started = time.perf_counter()
    failure: Exception | None = None
    with ExitStack() as stack:
        stack.enter_context(app.app_context())
        stack.enter_context(_own_request(app))
        for context in app.extensions[EXTENSION]:
            stack.enter_context(context(row, json.loads(row.headers)))
        try:
            _work(row)
            outcome = "completed"
        except queue.ClaimLostError:
            app.logger.warning("%s took too long for %s", row.listener, row.event)
            outcome = "lost"
        except TryLater as error:
            queue.postpone(row, str(error), seconds=error.seconds)
            outcome = "retried"
        except Exception as error:
            app.logger.exception("%s failed on %s", row.listener, row.event)
            failure = error
            state = queue.fail(row, reason_of(error))
            outcome = "failed" if state is State.FAILED else "retried"
        seconds = time.perf_counter() - started
        delivered.send(app, row=row, outcome=outcome, seconds=seconds)
    return failure


def _work(row: sa.Row[Any]) -> None:
    subscription, event = _outbox().receive(row)
    g.idempotency_key = f"{row.event_id}/{row.listener}"
    session = db.get_session(subscription.module)
    try:
        with _without_commit(session, row.listener):
            subscription.function(event)
        queue.complete(session, row)
        session.commit()
    except BaseException:
        session.rollback()
        raise


@contextmanager
def _without_commit(session: Session, listener: str) -> Iterator[None]:
    session.info[DELIVERING] = listener
    try:
        yield
    finally:
        del session.info[DELIVERING]


def refuse_commit(session: Session) -> None:
    """Stop a listener from committing; for SQLAlchemy's event ``before_commit``."""
    if (
        listener := session.info.get(DELIVERING)
    ) and not session.in_nested_transaction():
        raise ListenerCommittedError(
            f"{listener}() commits. Leave that to the outbox: it commits what a "
            "listener did together with the note that the event has arrived."
        )


def _outbox() -> Outbox:
    outbox: Outbox = current_app.extensions[EVENTS].carrier
    return outbox


def _own_request(app: Flask) -> RequestContext:
    """Return an empty request, so that a listener can build URLs wherever it runs."""
    if has_request_context():
        return app.test_request_context(base_url=request.url_root)
    return app.test_request_context(base_url=app.config["BASE_URL"] or None)
