"""A thread of the app delivers beside the requests."""

import time
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from kernel import outbox
from kernel.database import db
from kernel.events import listens, publish
from kernel.outbox.models import State

from ..shop import ThingSold, subscribe
from .books import MakeApp, deliveries, sell, sold


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_thread_delivers_beside_the_requests(make: MakeApp) -> None:
    app = make(EVENTS_ENGINE="thread")
    with app.app_context():
        sell("book")
        wait_for(lambda: sold() == ["book"])
    app.extensions["outbox"].stop()


def test_a_thread_waits_for_a_database_that_is_away(
    make: MakeApp, caplog: pytest.LogCaptureFixture
) -> None:
    app = make(EVENTS_ENGINE="thread")
    with app.app_context():
        rename = "ALTER TABLE {} RENAME TO {}"
        with db.engine.begin() as connection:
            connection.execute(sa.text(rename.format("outbox_delivery", "away")))
        app.extensions["outbox"].wake()
        wait_for(lambda: "can't reach its table" in caplog.text)
        with db.engine.begin() as connection:
            connection.execute(sa.text(rename.format("away", "outbox_delivery")))
        sell("book")
        wait_for(lambda: sold() == ["book"])
    app.extensions["outbox"].stop()


def test_a_thread_outlives_what_nobody_foresaw(
    make: MakeApp, caplog: pytest.LogCaptureFixture
) -> None:
    app = make(EVENTS_ENGINE="thread")
    contexts = app.extensions["outbox_contexts"]
    contexts.append(lambda row, headers: 1 / 0)
    with app.app_context():
        sell("book")
        wait_for(lambda: "ZeroDivisionError" in caplog.text)
        contexts.clear()
        sell("pen")
        wait_for(lambda: sold() == ["pen"])
    app.extensions["outbox"].stop()


def test_who_never_rests_sweeps_all_the_same(make: MakeApp) -> None:
    @listens(ThingSold)
    def sell_another(event: ThingSold) -> None:
        publish(ThingSold(thing="another"))
        db.get_session("shop").commit()

    app = make(EVENTS_ENGINE="thread", EVENTS_STALE_AFTER=1, EVENTS_KEEP_DAYS=0)
    with app.app_context():
        sell("book")
        wait_for(lambda: outbox.counts()[State.COMPLETED] == 1)
        subscribe(app, sell_another)
        sell("pen")
        wait_for(lambda: 1 not in [row.id for row in deliveries()])
    app.extensions["outbox"].stop()
