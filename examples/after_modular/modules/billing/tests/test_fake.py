"""The fake behaves as the service."""

from datetime import timedelta
from types import ModuleType

import pytest
from flask import Flask

from kernel import utcnow
from modules.billing import fake, service, subscriptions
from modules.billing.models import Checkout, session
from modules.billing.plans import PRO_PRICE


@pytest.fixture(params=[service, fake], ids=["service", "fake"])
def billing(request: pytest.FixtureRequest, checkout: Checkout) -> ModuleType:
    """Return the service or the fake, with member 7 on Pro since today."""
    if request.param is fake:
        fake.subscribe(checkout.user_id)
        fake.pay(utcnow().date(), PRO_PRICE)
    else:
        subscriptions.pay(checkout)
        session.commit()
    provider: ModuleType = request.param
    return provider


def test_plans(billing: ModuleType) -> None:
    assert (billing.plan_of(7), billing.plan_of(8)) == ("pro", "free")
    assert billing.post_limit(7) is None
    assert billing.post_limit(8) == service.post_limit(8)
    assert billing.count_active_subscriptions() == 1


def test_revenue(billing: ModuleType) -> None:
    today = utcnow().date()
    assert billing.revenue_by_day(today) == {today: PRO_PRICE}
    assert billing.revenue_by_day(today + timedelta(days=1)) == {}


@pytest.mark.parametrize("base", ["", "https://shop.example"])
def test_urls(app: Flask, base: str) -> None:
    app.config["BASE_URL"] = base
    with app.test_request_context():
        assert fake.plans_url() == service.plans_url()
        assert fake.subscription_url() == service.subscription_url()
        number = "INV-2026-000001"
        assert fake.invoice_url(number) == service.invoice_url(number)
