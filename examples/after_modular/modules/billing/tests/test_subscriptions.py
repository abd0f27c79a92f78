"""A subscription from the first payment to the end."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from kernel import utcnow
from modules.billing import api, subscriptions
from modules.billing.models import Checkout, Invoice, Subscription, session
from modules.billing.subscriptions import add_month


@pytest.fixture
def pro(checkout: Checkout) -> int:
    """Return the id of somebody who has just paid."""
    subscriptions.pay(checkout)
    session.commit()
    return checkout.user_id


def end_period(user_id: int) -> None:
    """Let the month that is paid be over since yesterday."""
    subscription = subscriptions.find(user_id)
    assert subscription is not None
    subscription.period_end = utcnow() - timedelta(days=1)
    session.commit()


def invoices() -> int:
    return session.query(Invoice).count()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((2026, 1, 15), (2026, 2, 15)),
        ((2026, 1, 31), (2026, 2, 28)),
        ((2028, 1, 31), (2028, 2, 29)),
        ((2026, 3, 31), (2026, 4, 30)),
        ((2026, 11, 30), (2026, 12, 30)),
        ((2026, 12, 31), (2027, 1, 31)),
    ],
)
def test_a_month_later(
    before: tuple[int, int, int], after: tuple[int, int, int]
) -> None:
    moment = datetime(*before, 23, 59, tzinfo=UTC)
    assert add_month(moment) == datetime(*after, 23, 59, tzinfo=UTC)


@pytest.mark.usefixtures("app")
def test_everybody_starts_on_free() -> None:
    assert api.plan_of(7) == "free"
    assert api.post_limit(7) == 3


def test_paying_makes_one_pro_for_a_month(pro: int) -> None:
    subscription = subscriptions.find(pro)
    assert subscription is not None
    assert api.plan_of(pro) == "pro"
    assert api.post_limit(pro) is None
    days = (subscription.period_end - subscription.created_at).days
    assert 27 <= days <= 31


def test_a_checkout_is_paid_once(pro: int, checkout: Checkout) -> None:
    subscriptions.pay(checkout)
    session.commit()
    assert invoices() == 1


def test_a_renewal_adds_a_month_and_an_invoice(pro: int) -> None:
    subscription = subscriptions.find(pro)
    assert subscription is not None
    first_end = subscription.period_end
    subscriptions.renew(subscription, 900)
    session.commit()
    assert subscription.period_end == add_month(first_end)
    assert invoices() == 2


def test_a_cancelled_subscription_ends_with_its_period(pro: int) -> None:
    assert subscriptions.cancel(pro)
    assert api.plan_of(pro) == "pro"
    subscription = subscriptions.find(pro)
    assert subscription is not None
    assert subscription.is_running
    end_period(pro)
    assert api.plan_of(pro) == "free"
    assert not subscription.is_running


def test_an_active_one_ends_when_the_provider_says_so(pro: int) -> None:
    end_period(pro)
    assert api.plan_of(pro) == "pro"
    subscription = session.query(Subscription).one()
    subscriptions.end(subscription)
    session.commit()
    assert api.plan_of(pro) == "free"


def test_it_is_cancelled_once(pro: int) -> None:
    assert subscriptions.cancel(pro) is not None
    assert subscriptions.cancel(pro) is None


def test_a_cancellation_can_be_taken_back(pro: int) -> None:
    assert not subscriptions.resume(pro)
    subscriptions.cancel(pro)
    assert subscriptions.resume(pro)
    end_period(pro)
    assert api.plan_of(pro) == "pro"


def test_it_can_not_be_taken_back_after_the_end(pro: int) -> None:
    subscriptions.cancel(pro)
    end_period(pro)
    assert not subscriptions.resume(pro)


def test_what_others_ask(pro: int) -> None:
    today = utcnow().date()
    assert api.count_active_subscriptions() == 1
    assert api.revenue_by_day(today) == {today: 900}
    assert api.revenue_by_day(today + timedelta(days=1)) == {}


def test_the_database_refuses_a_second_invoice_of_a_checkout(
    pro: int, checkout: Checkout
) -> None:
    again = Invoice(
        user_id=pro, amount=900, checkout_reference=checkout.reference, paid_at=utcnow()
    )
    session.add(again)
    with pytest.raises(IntegrityError):
        session.commit()
    session.rollback()
    assert invoices() == 1
