"""The provider's webhook: signed, fresh, safe to receive twice."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest

from .provider import Provider
from .test_bad_input import NUL
from .test_security import check_headers
from .texts import ON_PRO

pytestmark = pytest.mark.needs("billing")


@pytest.fixture
def reference(member):
    """The reference of a checkout that the member has not paid yet."""
    return member.checkout().rsplit("/", 1)[-1]


def paid(reference, **data):
    """The body of an event that pays a checkout."""
    data = {"reference": reference, "amount": 900} | data
    return json.dumps({"type": "checkout.paid", "data": data})


def answers(page, code, /, **expected):
    """Check the status and the JSON of an answer."""
    page.expect(code)
    assert page.headers["content-type"].startswith("application/json")
    for key, value in expected.items():
        if page.response.json().get(key) != value:
            page.fail(f"expected {key} {value!r}, got {page.text}")


def refused(page, status):
    """Check that an answer is an error that says why."""
    answers(page, status)
    if not page.response.json().get("error"):
        page.fail(f"expected an error that says why, got {page.text}")


def test_a_signed_payment_is_processed(member, provider, reference):
    answers(provider.body(paid(reference)), 200, status="processed")
    assert member.plan == "pro"


@pytest.mark.needs("notifications")
def test_a_signed_decline_is_processed(member, provider, reference):
    page = provider.event("checkout.declined", reference=reference)
    answers(page, 200, status="processed")
    assert member.plan == "free"
    member.notified("Your payment failed")


@pytest.mark.needs("notifications")
def test_the_same_delivery_twice_has_one_effect(member, provider, reference):
    id = f"msg_{uuid4().hex}"
    answers(provider.body(paid(reference), id=id), 200, status="processed")
    answers(provider.body(paid(reference), id=id), 200, status="duplicate")
    assert len(member.get("/billing/").items) == 1
    page = member.notified(ON_PRO)
    assert page.words.count(ON_PRO) == 1


def test_a_renewal_delivered_twice_is_one_invoice(member, provider):
    reference = member.go_pro()
    id = f"msg_{uuid4().hex}"
    for status in ("processed", "duplicate", "duplicate"):
        page = provider.event(
            "subscription.renewed", id=id, reference=reference, amount=900
        )
        answers(page, 200, status=status)
    assert len(member.get("/billing/").items) == 2


def test_the_same_payment_in_two_deliveries_is_one_invoice(member, provider, reference):
    provider.body(paid(reference)).expect(200)
    provider.body(paid(reference)).expect(200)
    assert len(member.get("/billing/").items) == 1


def test_a_decline_after_the_payment_changes_nothing(member, provider, reference):
    provider.body(paid(reference)).expect(200)
    provider.event("checkout.declined", reference=reference).expect(200)
    assert member.plan == "pro"


def test_a_payment_after_the_decline_counts(member, provider, reference):
    provider.event("checkout.declined", reference=reference).expect(200)
    answers(provider.body(paid(reference)), 200, status="processed")
    assert member.plan == "pro"


def test_a_renewal_keeps_a_cancellation(member, provider):
    reference = member.go_pro()
    member.get("/billing/").form("/billing/cancel").submit().expect(302)
    renewal = {"reference": reference, "amount": 900}
    provider.event("subscription.renewed", **renewal).expect(200)
    assert member.get("/billing/").has_form("/billing/resume")


def test_a_refused_delivery_may_be_sent_again(member, provider, reference):
    id = f"msg_{uuid4().hex}"
    refused(provider.body(paid(reference, amount=1), id=id), 422)
    answers(provider.body(paid(reference), id=id), 200, status="processed")
    assert member.plan == "pro"


def test_a_signature_with_another_secret_is_refused(member, provider, reference):
    body = paid(reference)
    headers = provider.sign(body, secret="whsec_c29tZWJvZHkgZWxzZSdzIHNlY3JldA==")
    refused(provider.deliver(body, headers), 400)
    assert member.plan == "free"


def test_a_signature_of_another_body_is_refused(member, provider, reference):
    headers = provider.sign(paid("another-checkout"))
    refused(provider.deliver(paid(reference), headers), 400)
    assert member.plan == "free"


def test_a_signature_of_another_delivery_is_refused(member, provider, reference):
    headers = provider.sign(paid(reference)) | {"webhook-id": "msg_another"}
    refused(provider.deliver(paid(reference), headers), 400)
    assert member.plan == "free"


def test_one_right_signature_among_several_is_enough(provider, reference):
    body = paid(reference)
    headers = provider.sign(body)
    headers["webhook-signature"] = f"v1,AAAA {headers['webhook-signature']}"
    answers(provider.deliver(body, headers), 200, status="processed")


@pytest.mark.parametrize(
    "header", ["webhook-id", "webhook-timestamp", "webhook-signature"]
)
def test_a_missing_header_is_refused(provider, reference, header):
    headers = provider.sign(paid(reference))
    del headers[header]
    refused(provider.deliver(paid(reference), headers), 400)


@pytest.mark.parametrize(
    "signature", ["v1", "v1,", "v1,!", "v1,AAA", "v2,AAAA", ",", "nonsense", "v1,a,b"]
)
def test_a_malformed_signature_is_refused(provider, reference, signature):
    page = provider.body(paid(reference), **{"webhook-signature": signature})
    refused(page, 400)


@pytest.mark.parametrize("timestamp", ["yesterday", "nan", "inf", "-1", "1e300"])
def test_a_malformed_timestamp_is_refused(provider, reference, timestamp):
    page = provider.body(paid(reference), **{"webhook-timestamp": timestamp})
    refused(page, 400)


@pytest.mark.parametrize("late", [timedelta(minutes=6), timedelta(minutes=-6)])
def test_a_delivery_of_another_time_is_refused(member, provider, reference, late):
    body = paid(reference)
    refused(provider.deliver(body, provider.sign(body, late=late)), 400)
    assert member.plan == "free"


@pytest.mark.parametrize("late", [timedelta(minutes=4), timedelta(minutes=-4)])
def test_a_clock_that_is_a_little_off_is_accepted(provider, reference, late):
    body = paid(reference)
    answers(provider.deliver(body, provider.sign(body, late=late)), 200)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not json",
        "null",
        "[]",
        '"text"',
        "{}",
        '{"type": "checkout.paid"}',
        '{"type": "checkout.paid", "data": null}',
        '{"type": "checkout.paid", "data": []}',
        '{"type": "checkout.paid", "data": {}}',
        '{"type": "checkout.paid", "data": {"amount": 900}}',
        '{"type": "checkout.paid", "data": {"reference": 1, "amount": 900}}',
        '{"type": ["checkout.paid"], "data": {"reference": "x", "amount": 900}}',
        '{"data": {"reference": "x", "amount": 900}}',
    ],
)
def test_a_body_of_another_shape_is_refused(provider, body):
    refused(provider.body(body), 422)


@pytest.mark.parametrize("amount", [0, 1, 899, 901, -900, "900", True, None, 900.5])
def test_a_wrong_amount_is_refused(member, provider, reference, amount):
    refused(provider.body(paid(reference, amount=amount)), 422)
    assert member.plan == "free"


def test_a_missing_amount_is_refused(member, provider, reference):
    refused(provider.event("checkout.paid", reference=reference), 422)
    assert member.plan == "free"


def test_a_body_that_is_not_text_is_refused(provider):
    headers = provider.sign("{}")
    page = provider.deliver(b"\xff\xfe\x00", headers)
    refused(page, 400)


def test_an_unknown_type_is_ignored(provider, reference):
    page = provider.event("customer.updated", reference=reference)
    answers(page, 200, status="ignored")


@pytest.mark.parametrize(
    "kind",
    [
        "checkout.paid",
        "checkout.declined",
        "subscription.renewed",
        "subscription.ended",
    ],
)
def test_an_unknown_reference_is_not_found(provider, kind):
    page = provider.event(kind, reference="nobody-knows-this", amount=900)
    refused(page, 404)


def test_reading_the_address_is_refused(provider):
    provider.get("/billing/webhook").expect(405)


def test_a_delivery_sets_no_cookie(provider, reference):
    page = provider.body(paid(reference)).expect(200)
    assert "set-cookie" not in page.headers


def test_a_huge_webhook_is_refused(provider):
    page = provider.body("b" * 1_200_000)
    assert page.status in (400, 413), page.fail("expected 400 or 413")


def test_a_webhook_answer_has_the_headers(provider):
    check_headers(provider.deliver("{}", {}).expect(400))


@pytest.mark.in_process
def test_bad_input_in_a_webhook(crowd):
    site = crowd.site
    provider = Provider(site.client(), site.webhook_secret)
    for given in ({"reference": NUL}, {"reference": "r" * 1000}, {"id": "m" * 5000}):
        values = {"reference": "x", "amount": 900} | given
        page = provider.event("checkout.paid", **values)
        assert page.status in (400, 404, 422), page.fail("expected 400, 404 or 422")
