"""The engine ``thread`` delivers beside the requests."""

import time
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from kernel import Kernel, db
from kernel.deliveries.delivery import delivering

from .ledger import MakeApp, recorded, sell


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def stop(app: Flask) -> None:
    Kernel.of(app).dispatcher.engine.stop()  # type: ignore[attr-defined]


def test_a_thread_delivers_beside_the_requests(make: MakeApp) -> None:
    app = make(EVENTS_ENGINE="thread")
    with app.app_context():
        sell("book")
        wait_for(lambda: recorded() == ["book"])
    stop(app)


def test_a_thread_survives_a_database_outage(
    make: MakeApp, caplog: pytest.LogCaptureFixture
) -> None:
    app = make(EVENTS_ENGINE="thread")
    with app.app_context():
        rename = "ALTER TABLE {} RENAME TO {}"
        with db.engine.begin() as connection:
            connection.execute(sa.text(rename.format("outbox_delivery", "away")))
        Kernel.of(app).dispatcher.committed([])
        wait_for(lambda: "can't use its table" in caplog.text)
        with db.engine.begin() as connection:
            connection.execute(sa.text(rename.format("away", "outbox_delivery")))
        sell("book")
        wait_for(lambda: recorded() == ["book"])
    stop(app)


def test_a_thread_survives_unexpected_errors(
    make: MakeApp, caplog: pytest.LogCaptureFixture
) -> None:
    app = make(EVENTS_ENGINE="thread")
    with app.app_context():
        with delivering.connected_to(lambda *_, **__: 1 / 0):
            sell("book")
            wait_for(lambda: "Unexpected error in the outbox worker" in caplog.text)
        sell("pen")
        wait_for(lambda: recorded() == ["pen"])
    stop(app)
