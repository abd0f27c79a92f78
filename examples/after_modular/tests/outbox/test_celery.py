"""Celery gets the ids of due deliveries, and may lose every message."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from kernel import Kernel, db, listens, publish
from kernel.deliveries.delivery import deliver_due
from kernel.deliveries.log import OutboxLog
from kernel.dispatchers import celery as celery_dispatcher
from kernel.outbox import queue
from kernel.outbox.models import State

from ..kernel.shop import SHOP, ThingSold, make_app, subscribe

pytest.importorskip("celery")

NO_BROKER = "redis://127.0.0.1:1/0"
received: list[str] = []


@listens(ThingSold, ordered_by="price")
def receive(event: ThingSold) -> None:
    received.append(event.thing)


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[[str], Flask]]:
    """Return a function that makes an app with a broker at this address."""
    apps: list[Flask] = []

    def make(address: str) -> Flask:
        url = f"sqlite:///{tmp_path / 'outbox.db'}"
        # The engine celery would send in a thread; these tests call it directly.
        settings: dict[str, Any] = {
            "EVENTS_ENGINE": "worker",
            "CELERY_BROKER_URL": address,
        }
        app = make_app(url, **settings)
        subscribe(app, receive)
        apps.append(app)
        received.clear()
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
    celery_dispatcher.send_due(lambda: False)
    with celery.connection() as connection:
        declared = connection.default_channel.queue_declare("outbox")
        length = int(declared.message_count)
        connection.default_channel.queue_purge("outbox")
    return length


def test_each_due_delivery_is_sent_once_until_it_times_out(
    make: Callable[[str], Flask],
) -> None:
    app = make("memory://each")
    with app.app_context():
        for price in range(3):
            sell("book", price=price)
        assert send(app) == 3
        assert send(app) == 0
        assert OutboxLog().counts()[State.PENDING] == 3


def test_the_queue_has_a_maximum_length(
    make: Callable[[str], Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(celery_dispatcher, "MAX_QUEUE_LENGTH", 2)
    app = make("memory://long")
    with app.app_context():
        for price in range(3):
            sell("book", price=price)
        assert send(app) == 2
        assert send(app) == 1


def test_deliveries_are_due_again_when_the_broker_is_down(
    make: Callable[[str], Flask], caplog: pytest.LogCaptureFixture
) -> None:
    app = make(NO_BROKER)
    with app.app_context():
        sell("book")
        celery_dispatcher.make_celery(app)
        celery_dispatcher.send_due(lambda: False)
        assert "The broker does not answer" in caplog.text
        assert deliver_due() == []
        assert received == ["book"]


def test_a_blocked_delivery_is_next(make: Callable[[str], Flask]) -> None:
    with make("memory://turn").app_context():
        sell("first", "second")
        sell("other", price=2)
        (first,) = celery_dispatcher.claim_one(1)
        assert celery_dispatcher.claim_one(2) == []
        assert celery_dispatcher.claim_next(first) == []
        queue.complete(db.get_session("ledger"), first)
        db.get_session("ledger").commit()
        (second,) = celery_dispatcher.claim_next(first)
        assert second.id == 2


def test_an_endless_chain_with_one_key_leaves_its_worker(
    make: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(celery_dispatcher, "BATCH", 5)

    @listens(ThingSold, ordered_by="price")
    def again(event: ThingSold) -> None:
        received.append(event.thing)
        publish(ThingSold(thing=event.thing, price=event.price))

    app = make("memory://chain")
    Kernel.of(app).subscriptions.clear()
    subscribe(app, again, module=SHOP)
    with app.app_context():
        sell("chain")
        celery_dispatcher.deliver_one(1)
        assert received == ["chain"] * 5
        (row,) = queue.claim(["shop.again"], limit=5)
        assert row.id == 6


@pytest.mark.parametrize(
    "error", [SystemExit(1), KeyboardInterrupt(), BaseException()], ids=repr
)
def test_a_celery_worker_survives_whatever_a_listener_raises(
    make: Callable[..., Flask], error: BaseException
) -> None:
    @listens(ThingSold)
    def end(event: ThingSold) -> None:
        raise error

    app = make("memory://ends")
    subscribe(app, end)
    with app.app_context():
        sell("book")
        celery_dispatcher.deliver_one(2)
        assert OutboxLog().counts()[State.PENDING] == 2
        assert OutboxLog().find([State.PENDING], limit=1)[0].attempts == 1


def test_a_celery_worker_with_older_code_leaves_a_delivery_to_others(
    make: Callable[..., Flask],
) -> None:
    app = make("memory://older")
    with app.app_context():
        sell("book")
        Kernel.of(app).subscriptions.clear()
        celery_dispatcher.deliver_one(1)
        waiting = OutboxLog().find([State.PENDING], limit=1)[0]
        assert waiting.attempts == 0
        assert waiting.error == "this process has no listener ledger.receive"


@pytest.mark.parametrize(
    ("address", "result"),
    [
        (NO_BROKER, ("FAIL", "broker")),
        ("memory://doctor", ("FAIL", "workers")),
    ],
)
def test_the_doctor_checks_the_broker_and_the_workers(
    make: Callable[[str], Flask],
    address: str,
    result: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(celery_dispatcher, "PING_TIMEOUT", 0.1)
    app = make(address)
    *_, check = Kernel.of(app).doctor_checks
    with app.app_context():
        assert list(check()) == []  # another engine
        celery_dispatcher.make_celery(app)
        app.config["EVENTS_ENGINE"] = "celery"
        ((status, subject, _, fix),) = check()
        assert (status, subject) == result
        assert fix
