"""Celery is told which rows to deliver, and may forget everything it was told."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from kernel import outbox
from kernel.database import db
from kernel.dispatchers import celery as celery_dispatcher
from kernel.events import listens, publish
from kernel.outbox import queue
from kernel.outbox.models import State

from ..shop import ThingSold, make_app, subscribe

pytest.importorskip("celery")

NOBODY = "redis://127.0.0.1:1/0"
heard: list[str] = []


@listens(ThingSold, ordered_by="price")
def hear(event: ThingSold) -> None:
    heard.append(event.thing)


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[[str], Flask]]:
    """Return a function that makes an app with a broker at this address."""
    apps: list[Flask] = []

    def make(address: str) -> Flask:
        url = f"sqlite:///{tmp_path / 'outbox.db'}"
        # Its own engine would send in a thread; these tests send by themselves.
        settings = {"EVENTS_ENGINE": "worker", "CELERY_BROKER_URL": address}
        app = make_app(url, **settings)
        subscribe(app, hear)
        apps.append(app)
        heard.clear()
        return app

    yield make
    for app in apps:
        with app.app_context():
            db.engine.dispose()


def sell(*things: str, price: int = 1) -> None:
    for thing in things:
        publish(ThingSold(thing=thing, price=price))
    db.get_session("shop").commit()


def send(app: Flask) -> int:
    """Send what is due; return how many messages are at the broker then."""
    celery = celery_dispatcher.make_celery(app)
    celery_dispatcher.make_sender(app)(lambda: False)
    with celery.connection() as connection:
        declared = connection.default_channel.queue_declare(celery_dispatcher.QUEUE)
        length = int(declared.message_count)
        connection.default_channel.queue_purge(celery_dispatcher.QUEUE)
    return length


def test_each_due_row_is_sent_once_until_it_is_stale(
    make: Callable[[str], Flask],
) -> None:
    app = make("memory://each")
    with app.app_context():
        for price in range(3):
            sell("book", price=price)
        assert send(app) == 3
        assert send(app) == 0
        assert outbox.counts()[State.PENDING] == 3


def test_a_long_queue_gets_no_longer(
    make: Callable[[str], Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(celery_dispatcher, "LONGEST_QUEUE", 2)
    app = make("memory://long")
    with app.app_context():
        for price in range(3):
            sell("book", price=price)
        assert send(app) == 2
        assert send(app) == 1


def test_a_broker_that_is_away_costs_no_time(
    make: Callable[[str], Flask], caplog: pytest.LogCaptureFixture
) -> None:
    app = make(NOBODY)
    with app.app_context():
        sell("book")
        celery_dispatcher.make_sender(app)(lambda: False)
        assert "The broker does not answer" in caplog.text
        assert outbox.deliver_due() == []
        assert heard == ["book"]


def test_what_waited_for_its_turn_goes_next(make: Callable[[str], Flask]) -> None:
    with make("memory://turn").app_context():
        sell("first", "second")
        sell("other", price=2)
        (first,) = queue.claim_one(1)
        assert queue.claim_one(2) == []
        assert queue.claim_next(first) == []
        queue.complete(db.get_session("books"), first)
        db.get_session("books").commit()
        (second,) = queue.claim_next(first)
        assert second.id == 2
