import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from standardwebhooks.webhooks import Webhook

from app import app
from helpers import add_month
from models import Checkout, Invoice, Subscription, db, utcnow


@pytest.fixture
def reference(member):
    """Return the reference of Ada's open checkout."""
    page = member.post("/billing/subscribe", data={"idempotency_key": str(uuid4())})
    return page.location.rpartition("/")[2]


@pytest.fixture
def pro(member, reference):
    """Return the client of Ada, on Pro."""
    member.post(f"/billing/checkout/{reference}", data={"outcome": "paid"})
    return member


@pytest.fixture
def deliver(client):
    """Return a function that sends a signed webhook."""

    def deliver(type, id=None, age=0, body=None, **data):
        if body is None:
            body = json.dumps({"type": type, "data": data})
        id, sent = id or str(uuid4()), datetime.now(UTC) - timedelta(seconds=age)
        signature = Webhook(app.config["WEBHOOK_SECRET"]).sign(id, sent, body)
        headers = {
            "webhook-id": id,
            "webhook-timestamp": str(int(sent.timestamp())),
            "webhook-signature": signature,
        }
        return client.post("/billing/webhook", data=body, headers=headers)

    return deliver


def test_plans_show_sign_up_or_subscribe(client, member):
    assert "/auth/register" in client.get("/billing/plans").text
    assert 'action="/billing/subscribe"' in member.get("/billing/plans").text


def test_payment_activates_pro(member, reference, outbox, texts):
    assert "Sandbox payment" in member.get(f"/billing/checkout/{reference}").text
    page = member.post(
        f"/billing/checkout/{reference}",
        data={"outcome": "paid"},
        follow_redirects=True,
    )
    assert "Thank you! You are now on Pro." in page.text
    assert 'data-plan="pro"' in page.text
    assert texts() == ["You are on Pro"]
    invoice = db.session.query(Invoice).one()
    assert invoice.number == f"INV-{utcnow().year}-000001"
    assert outbox()[-1].subject == f"Your invoice {invoice.number}"
    page = member.get(f"/billing/invoices/{invoice.number}")
    assert "€9.00" in page.text
    again = member.post(f"/billing/checkout/{reference}", data={"outcome": "paid"})
    assert again.location == "/billing/"
    assert db.session.query(Invoice).count() == 1


def test_a_declined_payment_changes_nothing(member, reference, texts, outbox):
    page = member.post(
        f"/billing/checkout/{reference}",
        data={"outcome": "declined"},
        follow_redirects=True,
    )
    assert "The payment was declined." in page.text
    assert 'data-plan="free"' in page.text
    assert texts() == ["Your payment failed"]
    assert outbox()[-1].subject == "Your payment failed"


def test_submitting_the_form_twice_starts_one_checkout(member):
    data = {"idempotency_key": str(uuid4())}
    first = member.post("/billing/subscribe", data=data).location
    assert member.post("/billing/subscribe", data=data).location == first
    assert db.session.query(Checkout).count() == 1


@pytest.mark.parametrize("data", [{}, {"idempotency_key": "x"}])
def test_subscribing_requires_an_idempotency_key(member, data):
    assert member.post("/billing/subscribe", data=data).status_code == 400


def test_pro_members_cannot_subscribe_again(pro):
    data = {"idempotency_key": str(uuid4())}
    page = pro.post("/billing/subscribe", data=data, follow_redirects=True)
    assert "You are already on Pro." in page.text


def test_other_users_see_neither_checkout_nor_invoice(pro, reference, log_in):
    bob = log_in("bob@example.com")
    number = db.session.query(Invoice).one().number
    assert bob.get(f"/billing/checkout/{reference}").status_code == 404
    assert bob.get(f"/billing/invoices/{number}").status_code == 404
    for wrong in ("INV-1999-000001", "INV-2026-1", "x"):
        assert pro.get(f"/billing/invoices/{wrong}").status_code == 404


def test_cancel_and_resume(pro, texts):
    page = pro.post("/billing/cancel", follow_redirects=True)
    assert "Your subscription ends on" in page.text
    assert 'data-plan="pro"' in page.text
    assert texts()[-1].startswith("Your subscription ends on")
    page = pro.post("/billing/resume", follow_redirects=True)
    assert "Your subscription has been resumed." in page.text
    assert db.session.query(Subscription).one().status == "active"


def test_a_cancelled_subscription_ends_with_its_period(pro):
    pro.post("/billing/cancel")
    db.session.query(Subscription).one().period_end = utcnow() - timedelta(seconds=1)
    db.session.commit()
    assert 'data-plan="free"' in pro.get("/billing/").text


def test_cancel_without_a_subscription(member):
    page = member.post("/billing/cancel", follow_redirects=True)
    assert "You have no active subscription to cancel." in page.text


def test_a_webhook_is_processed_once(deliver, reference):
    event = {"id": "msg_1", "reference": reference, "amount": 900}
    page = deliver("checkout.paid", **event)
    assert (page.status_code, page.json) == (200, {"status": "processed"})
    page = deliver("checkout.paid", **event)
    assert (page.status_code, page.json) == (200, {"status": "duplicate"})
    assert db.session.query(Invoice).count() == 1


def test_renewal_and_end(deliver, pro, reference):
    before = db.session.query(Subscription).one().period_end
    deliver("subscription.renewed", reference=reference, amount=900)
    db.session.expire_all()
    assert db.session.query(Subscription).one().period_end == add_month(before)
    assert db.session.query(Invoice).count() == 2
    deliver("subscription.ended", reference=reference)
    assert 'data-plan="free"' in pro.get("/billing/").text


@pytest.mark.parametrize("age", [400, -400])
def test_a_webhook_must_be_recent(deliver, reference, age):
    page = deliver("checkout.paid", age=age, reference=reference, amount=900)
    assert page.status_code == 400
    assert "error" in page.json


@pytest.mark.parametrize(
    "headers", [{}, {"webhook-signature": "v1"}, {"webhook-signature": "v1,AAAA"}]
)
def test_a_webhook_must_be_signed(client, headers):
    headers = {
        "webhook-id": "1",
        "webhook-timestamp": str(int(utcnow().timestamp())),
    } | headers
    page = client.post("/billing/webhook", data="{}", headers=headers)
    assert page.status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        "nonsense",
        "[]",
        "{}",
        '{"type": "checkout.paid"}',
        '{"type": "checkout.paid", "data": {}}',
        '{"type": "checkout.paid", "data": {"reference": "\\u0000", "amount": 900}}',
        '{"type": "checkout.paid", "data": {"reference": "a", "amount": 1}}',
        '{"type": "checkout.paid", "data": {"reference": "a", "amount": 900.0}}',
        '{"type": "checkout.paid", "data": {"reference": "a"}}',
    ],
)
def test_an_invalid_webhook_body_is_refused(deliver, body):
    assert deliver("", body=body).status_code == 422


def test_unknown_webhooks_are_ignored(deliver):
    assert deliver("customer.updated").json == {"status": "ignored"}
    for event in ("checkout.declined", "subscription.ended"):
        assert deliver(event, reference="nobody").status_code == 404


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (datetime(2027, 1, 31), datetime(2027, 2, 28)),
        (datetime(2028, 1, 31), datetime(2028, 2, 29)),
        (datetime(2026, 12, 31), datetime(2027, 1, 31)),
    ],
)
def test_a_month_is_a_calendar_month(before, after):
    assert add_month(before) == after
