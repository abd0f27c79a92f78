"""The payment sandbox: for trying things, and not for production."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.in_process, pytest.mark.needs("billing")]


def subscribe(person):
    return person.get("/billing/plans").form("/billing/subscribe").submit()


def test_production_sells_nothing_in_the_sandbox(production):
    member = production().member()
    subscribe(member).expect(503)
    assert member.plan == "free"


def test_a_checkout_of_another_provider_cannot_be_paid_in_the_sandbox(
    production, elsewhere
):
    people = production(PAYMENT_SANDBOX="1")
    member = people.member()
    checkout = member.checkout()
    form = member.get(checkout).expect(200).form(checkout, outcome="paid")
    # The modular app refuses changes of its settings while it serves requests.
    dict.__setitem__(people.site.app.config, "PAYMENT_SANDBOX", False)
    member.get(checkout).expect(404)
    form.submit().expect(404)
    assert member.plan == "free"


def test_production_may_allow_the_sandbox(production):
    member = production(PAYMENT_SANDBOX="1").member()
    member.go_pro()
    assert member.plan == "pro"


@pytest.mark.parametrize(
    ("value", "warning"),
    [("1", "PAYMENT_SANDBOX is on in production"), ("0", "no payment provider")],
)
def test_production_warns_at_start(production, caplog, value, warning):
    production(PAYMENT_SANDBOX=value)
    assert warning in caplog.text
