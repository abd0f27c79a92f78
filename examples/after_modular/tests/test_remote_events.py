"""Events for remote modules: forwarded, acknowledged, and stored once."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from kernel import (
    db,
    listens,
    publish,
    utcnow,
)
from kernel.deliveries.delivery import TryLater, deliver, deliver_due, delivering
from kernel.outbox.models import State, table
from kernel.remote import forwarding, inbox
from kernel.remote.client import (
    RemoteModuleUnavailable,
)

from .kernel.shop import ThingSold, make_app, subscribe

EVENT = {
    "event_id": "7b0f",
    "event": "shop.ThingSold",
    "listener": "ledger.note",
    "key": None,
    "payload": '{"thing": "book", "price": 1}',
    "headers": "{}",
}


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """Return an app with the outbox, in whose context the test runs."""
    app = make_app(f"sqlite:///{tmp_path / 'shop.db'}", EVENTS_ENGINE="worker")
    with app.app_context():
        yield app
        db.engine.dispose()


def sell(thing: str = "book") -> None:
    publish(ThingSold(thing=thing))
    db.get_session("shop").commit()


def rows() -> list[sa.Row[Any]]:
    with db.engine.connect() as connection:
        return list(connection.execute(sa.select(table).order_by(table.c.id)))


def make_all_due() -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.update(table).values(due_at=utcnow()))


def test_a_postponed_delivery_is_not_out_of_attempts(app: Flask) -> None:
    @listens(ThingSold)
    def wait(event: ThingSold) -> None:
        raise TryLater("the other side is down")

    subscribe(app, wait)
    sell()
    for _ in range(20):  # more often than a delivery may fail
        make_all_due()
        assert deliver_due() == []
    (row,) = rows()
    assert (row.state, row.attempts) == (State.PENDING, 0)
    assert row.error == "the other side is down"
    assert row.due_at > datetime.now(UTC)


def test_a_duplicate_event_is_stored_once(app: Flask) -> None:
    received = []

    @listens(ThingSold)
    def note(event: ThingSold) -> None:
        received.append(event)

    subscribe(app, note)
    inbox.receive(EVENT)
    inbox.receive(EVENT)
    deliver_due()
    inbox.receive(EVENT)
    deliver_due()
    assert received == [ThingSold(thing="book")]
    with pytest.raises(inbox.UnknownListener, match=r"ledger\.typo"):
        inbox.receive({**EVENT, "listener": "ledger.typo"})


class FakeClient:
    """Accepts each event but the first."""

    module = "ledger"

    def __init__(self) -> None:
        self.paths: list[str] = []

    def call(self, path: str, body: bytes) -> bytes:
        self.paths.append(path)
        if len(self.paths) == 1:
            raise RemoteModuleUnavailable("ledger", "down")
        return b""


def forward(app: Flask) -> FakeClient:
    """Let the listener of the ledger be remote."""

    @listens(ThingSold, ordered_by="thing")
    def note(event: ThingSold) -> None:
        raise AssertionError("not in this process")

    file = ModuleType("listeners")
    file.__file__ = "listeners.py"
    file.note = note  # type: ignore[attr-defined]
    fake = FakeClient()
    forwarding_file = forwarding.forwarding_listeners(fake, file)  # type: ignore[arg-type]
    subscribe(app, forwarding_file.note)
    delivering.connect(forwarding.keep_current_delivery, app)
    return fake


def test_a_delivery_is_completed_when_the_other_side_has_stored_it(app: Flask) -> None:
    fake = forward(app)
    sell()
    deliver_due()
    assert rows()[0].state == State.PENDING
    make_all_due()
    deliver_due()
    assert rows()[0].state == State.COMPLETED
    assert fake.paths == ["/internal/events"] * 2


@pytest.fixture
def sent(app: Flask) -> list[tuple[str, Any]]:
    """Let a broker carry the events; return the queue and arguments of its messages."""
    pytest.importorskip("kombu")
    sent: list[tuple[str, Any]] = []

    def send_task(name: str, arguments: Any, *, queue: str, retry: bool) -> None:
        sent.append((queue, arguments))

    app.config["EVENTS_ENGINE"] = "celery"
    app.extensions["celery"] = SimpleNamespace(send_task=send_task)
    forward(app)
    return sent


def test_a_message_is_repeated_until_it_is_acknowledged(
    app: Flask, sent: list[tuple[str, Any]]
) -> None:
    sell()
    sell()
    deliver_due()
    (to, (message,)) = sent[0]
    assert (to, message["reply_to"]) == ("outbox.ledger", "outbox.shop")
    assert len(sent) == 1, "the second one with the key is sent after the first"
    make_all_due()
    deliver_due()
    assert sent[1] == sent[0]
    inbox.acknowledge(message["event_id"], message["listener"])
    make_all_due()
    deliver_due()
    assert sent[2][1][0]["event_id"] != message["event_id"]
    assert [row.state for row in rows()] == [State.COMPLETED, State.PENDING]


def test_a_postponed_delivery_blocks_the_next_one(
    app: Flask, sent: list[tuple[str, Any]]
) -> None:
    from kernel.dispatchers.celery import claim_next, claim_one

    sell()
    sell()
    (row,) = claim_one(rows()[0].id)
    deliver(row)
    assert claim_next(row) == []
