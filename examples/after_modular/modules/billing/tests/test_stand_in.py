"""The stand-in does what the api does."""

from datetime import timedelta
from types import ModuleType

import pytest
from flask import Flask

from kernel import utcnow
from kernel.testing import differences
from modules.billing import api, stand_in, subscriptions
from modules.billing.models import Checkout, session
from modules.billing.plans import PRO_PRICE


@pytest.fixture(params=[api, stand_in], ids=["api", "stand-in"])
def billing(request: pytest.FixtureRequest, checkout: Checkout) -> ModuleType:
    """Return the one or the other, with member 7 on Pro since today."""
    if request.param is stand_in:
        stand_in.subscribe(checkout.user_id)
        stand_in.pay(utcnow().date(), PRO_PRICE)
    else:
        subscriptions.pay(checkout)
        session.commit()
    return request.param


def test_the_interface_is_the_same() -> None:
    assert differences(api, stand_in) == []


def test_plans(billing: ModuleType) -> None:
    assert (billing.plan_of(7), billing.plan_of(8)) == ("pro", "free")
    assert billing.post_limit(7) is None
    assert billing.post_limit(8) == api.post_limit(8)
    assert billing.count_active_subscriptions() == 1


def test_revenue(billing: ModuleType) -> None:
    today = utcnow().date()
    assert billing.revenue_by_day(today) == {today: PRO_PRICE}
    assert billing.revenue_by_day(today + timedelta(days=1)) == {}


@pytest.mark.parametrize("base", ["", "https://shop.example"])
def test_the_pages_are_the_same(app: Flask, base: str) -> None:
    app.config["BASE_URL"] = base
    with app.test_request_context():
        assert stand_in.plans_url() == api.plans_url()
        assert stand_in.subscription_url() == api.subscription_url()
        number = "INV-2026-000001"
        assert stand_in.invoice_url(number) == api.invoice_url(number)
