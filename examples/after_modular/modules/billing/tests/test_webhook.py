"""The webhook: signed, and safe to receive twice, even at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import time

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kernel import Event
from modules.billing import checkouts, events, webhook
from modules.billing.models import Checkout, Invoice, WebhookReceipt, session

from .conftest import Send


def count(model: type[Invoice] | type[WebhookReceipt]) -> int:
    return session.query(model).count()


def test_a_payment_is_processed_and_published(
    checkout: Checkout, send: Send, published_events: list[Event]
) -> None:
    answer = send("checkout.paid", reference=checkout.reference, amount=900)
    assert answer.json == {"status": "processed"}
    invoice = session.query(Invoice).one()
    assert invoice.number == f"INV-{invoice.paid_at.year}-000001"
    assert published_events == [
        events.InvoicePaid(
            user_id=7, number=invoice.number, amount=900, paid_at=invoice.paid_at
        ),
        events.SubscriptionStarted(
            user_id=7, invoice_number=invoice.number, amount=900
        ),
    ]


def test_a_decline_is_published_once(
    checkout: Checkout, send: Send, published_events: list[Event]
) -> None:
    for _ in range(2):
        send("checkout.declined", reference=checkout.reference)
    assert published_events == [events.PaymentFailed(user_id=7)]


def test_the_same_message_has_one_effect(checkout: Checkout, send: Send) -> None:
    paid = {"id": "msg_1", "reference": checkout.reference, "amount": 900}
    answers = [send("checkout.paid", **paid).json for _ in range(2)]
    assert answers == [{"status": "processed"}, {"status": "duplicate"}]
    assert count(Invoice) == 1


@pytest.mark.parametrize("ids", [("msg_1",) * 4, ("msg_1", "msg_2", "msg_3", "msg_4")])
def test_messages_at_the_same_moment_have_one_effect(
    checkout: Checkout, send: Send, ids: tuple[str, ...]
) -> None:
    reference = checkout.reference
    together = Barrier(len(ids))

    def pay(message_id: str) -> int:
        together.wait()
        answer = send("checkout.paid", id=message_id, reference=reference, amount=900)
        return answer.status_code

    with ThreadPoolExecutor(len(ids)) as pool:
        assert set(pool.map(pay, ids)) == {200}
    assert count(Invoice) == 1


def test_what_a_request_has_read_before_does_not_count(
    app: Flask, checkout: Checkout
) -> None:
    data = {"reference": checkout.reference, "amount": 900}
    assert checkout.status == "open"
    with app.app_context():
        webhook.HANDLERS["checkout.paid"](data)
        session.commit()
    webhook.HANDLERS["checkout.paid"](data)
    session.commit()
    assert count(Invoice) == 1


def test_a_message_that_was_refused_may_come_again(
    checkout: Checkout, send: Send
) -> None:
    paid = {"id": "msg_1", "reference": checkout.reference}
    assert send("checkout.paid", amount=1, **paid).status_code == 422
    assert count(WebhookReceipt) == 0
    assert send("checkout.paid", amount=900, **paid).status_code == 200


def test_an_effect_that_fails_leaves_no_receipt(
    checkout: Checkout, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(data: object) -> None:
        raise ConnectionError

    monkeypatch.setitem(webhook.HANDLERS, "checkout.paid", fail)
    with pytest.raises(ConnectionError):
        send("checkout.paid", reference=checkout.reference, amount=900)
    assert count(WebhookReceipt) == 0


@pytest.mark.parametrize(
    ("kind", "data", "status"),
    [
        ("checkout.paid", {"amount": 900}, 422),
        ("checkout.paid", {"reference": ["x"], "amount": 900}, 422),
        ("checkout.paid", {"reference": "unknown", "amount": 900}, 404),
        ("subscription.renewed", {"reference": "unknown", "amount": 900}, 404),
        ("subscription.ended", {"reference": "unknown"}, 404),
        ("customer.updated", {}, 200),
    ],
)
def test_odd_messages(
    send: Send, kind: str, data: dict[str, object], status: int
) -> None:
    assert send(kind, **data).status_code == status
    assert count(WebhookReceipt) == 0


@pytest.mark.parametrize("signature", ["", "v1,AAAA", "v1,!", "nonsense"])
def test_a_signature_that_does_not_verify(client: FlaskClient, signature: str) -> None:
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(time())),
        "webhook-signature": signature,
    }
    answer = client.post("/billing/webhook", data="{}", headers=headers)
    assert answer.status_code == 400
    assert answer.json == {"error": "The signature or the timestamp is invalid."}


def test_a_double_submit_opens_one_checkout(checkout: Checkout) -> None:
    again = checkouts.open_checkout(checkout.user_id, checkout.idempotency_key)
    assert again.id == checkout.id


def test_the_key_of_somebody_else_opens_a_checkout_of_ones_own(
    checkout: Checkout,
) -> None:
    mine = checkouts.open_checkout(8, checkout.idempotency_key)
    assert mine.reference != checkout.reference
