"""Remote modules: what travels, who may call, and what an event goes through."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from flask import Flask, g
from werkzeug.exceptions import NotFound

from app import create_app
from kernel import outbox
from kernel.database import db, utcnow
from kernel.events import listens, publish
from kernel.exceptions import ModuleError, StartupError
from kernel.outbox import queue
from kernel.outbox.delivery import TryLater
from kernel.outbox.models import Delivery, State
from kernel.remote import broker, forwarding, inbox, peers, signatures
from kernel.remote.calls import Call
from kernel.remote.modules import local_calls

from .shop import ThingSold, make_app, subscribe

BODY = b'{"user_id": 7}'
PATH = "/internal/api/billing/api/plan_of"


@dataclass(frozen=True)
class Parcel:
    """What one of the functions below takes and gives."""

    sender: int | None
    sent_on: date


def send(parcel: Parcel, to: Iterable[str], *, size: int = 1) -> dict[date, Parcel]:
    """Send parcels."""
    assert [*to] == ["ada", "ben"]
    assert size == 2
    return {parcel.sent_on: parcel}


def test_arguments_and_answers_travel_as_what_they_are() -> None:
    call = Call(send)
    parcel = Parcel(None, date(2026, 1, 31))
    sent = call.write(parcel, (name for name in ("ada", "ben")), size=2)
    assert call.read(call.run(sent)) == {parcel.sent_on: parcel}


def test_what_cannot_travel_is_refused_by_name() -> None:
    def guess(anything) -> int:  # type: ignore[no-untyped-def]
        return 1

    def repeat(function: Callable[[], int]) -> int:
        return function()

    with pytest.raises(ModuleError, match=r"guess\(\).*anything.*no annotation"):
        Call(guess)
    with pytest.raises(ModuleError, match=r"repeat\(\).*function.*@anywhere"):
        Call(repeat)


@pytest.mark.needs("billing")
def test_every_module_can_be_called_from_elsewhere(app: Flask) -> None:
    names = {"/".join(name) for name in local_calls()}
    assert {"billing/api/plan_of", "billing/personal_data/export"} <= names
    assert "auth/api/find_by_session" in names
    # These need no table: they are called on the spot.
    assert not {"billing/api/plans_url", "auth/api/admin_required"} & names


@pytest.mark.parametrize(
    ("key", "path", "body", "valid"),
    [
        ("secret", PATH, BODY, True),
        ("another", PATH, BODY, False),
        ("secret", "/internal/events", BODY, False),
        ("secret", PATH, b'{"user_id": 8}', False),
    ],
)
def test_a_signature_is_for_one_call(
    key: str, path: str, body: bytes, valid: bool
) -> None:
    signature = signatures.sign("secret", PATH, BODY)
    assert signatures.is_valid(key, path, body, signature) is valid
    assert not signatures.is_valid(key, path, body, signature + "x")


def test_a_signature_grows_old(monkeypatch: pytest.MonkeyPatch) -> None:
    signature = signatures.sign("secret", PATH, BODY)
    monkeypatch.setattr(signatures, "TOLERANCE", timedelta(seconds=-1))
    assert not signatures.is_valid("secret", PATH, BODY, signature)


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ("biling=http://10.0.0.7:8000", "names biling, and there is no such module"),
        ("billing", "write it like billing=http"),
        ("billing=10.0.0.7:8000", "write it like billing=http"),
    ],
)
def test_a_wrong_setting_is_named(setting: str, reason: str) -> None:
    with pytest.raises(StartupError, match=reason):
        create_app({"REMOTE_MODULES": (setting,)})


@pytest.mark.needs("billing")
def test_what_is_loaded_can_not_become_remote(app: Flask) -> None:
    with pytest.raises(StartupError, match="'billing', which this process has loaded"):
        create_app({"REMOTE_MODULES": ("billing=http://10.0.0.7:8000",)})


def test_nobody_is_asked_who_did_not_answer_a_moment_ago(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def refuse(*args: object) -> None:
        tried.append(args)
        raise ConnectionRefusedError

    peer = peers.Peer("http://127.0.0.1:1", "secret")
    monkeypatch.setattr(peer, "_send", refuse)
    for _ in range(3):
        with pytest.raises(peers.RemoteModuleUnavailable):
            peer.ask(PATH, BODY)
    assert len(tried) == 1
    monkeypatch.setattr(peers, "FRESH", -1.0)
    monkeypatch.setattr(peer, "_look_again", 0.0)
    monkeypatch.setattr(peer, "_send", lambda *args: (200, b"1"))
    assert peer.ask(PATH, BODY) == b"1"


@pytest.mark.parametrize(
    ("status", "error"),
    [(503, peers.RemoteModuleUnavailable), (500, peers.RemoteCallError)],
)
def test_an_error_is_no_answer(
    app: Flask, monkeypatch: pytest.MonkeyPatch, status: int, error: type[Exception]
) -> None:
    peer = peers.Peer("http://127.0.0.1:1", "secret")
    monkeypatch.setattr(
        peer, "_send", lambda method, *_: (200 if method == "GET" else status, b"")
    )
    with pytest.raises(error):
        peer.ask(PATH, BODY)
    assert peer.answers is (status == 500)


# --- Events -----------------------------------------------------------------


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Flask]:
    """Return an app whose listener can be let wait."""
    app = make_app(f"sqlite:///{tmp_path / 'shop.db'}", EVENTS_ENGINE="worker")
    app.config["EVENTS_MAX_ATTEMPTS"] = 2
    with app.app_context():
        yield app
        db.engine.dispose()


def sell(thing: str = "book") -> None:
    publish(ThingSold(thing=thing))
    db.get_session("shop").commit()


def rows() -> list[sa.Row]:
    with db.engine.connect() as connection:
        return list(
            connection.execute(sa.select(queue.table).order_by(queue.table.c.id))
        )


def make_all_due() -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.update(Delivery).values(due_at=utcnow()))


def test_to_wait_is_no_failure(shop: Flask) -> None:
    @listens(ThingSold)
    def wait(event: ThingSold) -> None:
        raise TryLater("the other side is away")

    subscribe(shop, wait)
    sell()
    for _ in range(5):  # more often than anything may fail
        make_all_due()
        assert outbox.deliver_due() == []
    (row,) = rows()
    assert (row.state, row.attempts) == (State.PENDING, 0)
    assert row.error == "the other side is away"
    assert row.due_at > datetime.now(UTC)


def test_what_comes_twice_is_written_down_once(shop: Flask) -> None:
    heard = []

    @listens(ThingSold)
    def hear(event: ThingSold) -> None:
        heard.append(event)

    subscribe(shop, hear)
    message = {
        "event_id": "7b0f",
        "event": "shop.ThingSold",
        "listener": "books.hear",
        "key": None,
        "payload": '{"thing": "book", "price": 1}',
        "headers": "{}",
    }
    inbox.receive(message)
    inbox.receive(message)
    outbox.deliver_due()
    inbox.receive(message)
    outbox.deliver_due()
    assert heard == [ThingSold(thing="book")]
    with pytest.raises(NotFound, match=r"books\.nobody"):
        inbox.receive({**message, "listener": "books.nobody"})


def forwarded(shop: Flask) -> None:
    """Let the listener of the books be in processes of its own."""

    @listens(ThingSold, ordered_by="thing")
    def hear(event: ThingSold) -> None:
        raise AssertionError("this is not where it runs")

    file = SimpleNamespace(__name__="listeners", __doc__="", __file__="", hear=hear)
    subscribe(shop, forwarding.forwarding("books", file).hear)  # type: ignore[arg-type]
    shop.extensions["outbox_contexts"].append(forwarding.remembered)


def test_an_event_is_done_when_the_other_side_has_it(
    shop: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    class Away:
        def ask(self, path: str, body: bytes) -> bytes:
            asked.append(path)
            if len(asked) == 1:
                raise peers.RemoteModuleUnavailable("away")
            return b""

    monkeypatch.setattr(forwarding, "peer", lambda name: Away())
    forwarded(shop)
    sell()
    outbox.deliver_due()
    assert rows()[0].state == State.PENDING
    make_all_due()
    outbox.deliver_due()
    assert rows()[0].state == State.COMPLETED
    assert asked == ["/internal/events"] * 2


def test_what_the_broker_took_is_sent_until_it_is_acknowledged(shop: Flask) -> None:
    sent = []
    shop.config["EVENTS_ENGINE"] = "celery"
    shop.extensions[broker.EXTENSION] = SimpleNamespace(
        send_task=lambda name, arguments, queue, retry: sent.append((queue, arguments))
    )
    pytest.importorskip("kombu")
    forwarded(shop)
    sell()
    sell()
    outbox.deliver_due()
    (to, (message,)) = sent[0]
    assert (to, message["reply_to"]) == ("outbox.books", "outbox.shop")
    assert len(sent) == 1, "the second of a key goes when the first has arrived"
    make_all_due()
    outbox.deliver_due()
    assert sent[1] == sent[0]
    inbox.acknowledge(message["event_id"], message["listener"])
    make_all_due()
    outbox.deliver_due()
    assert sent[2][1][0]["event_id"] != message["event_id"]
    assert [row.state for row in rows()] == [State.COMPLETED, State.PENDING]


def test_what_is_put_off_is_not_taken_up_at_once(shop: Flask) -> None:
    shop.config["EVENTS_ENGINE"] = "celery"
    send_task = SimpleNamespace(send_task=lambda *args, **options: None)
    shop.extensions[broker.EXTENSION] = send_task
    forwarded(shop)
    sell()
    sell()
    (row,) = queue.claim_one(rows()[0].id)
    outbox.delivery.deliver(row)
    assert queue.claim_next(row) == []


def test_the_row_is_at_hand_only_in_its_delivery(shop: Flask) -> None:
    forwarded(shop)
    assert "delivery" not in g
