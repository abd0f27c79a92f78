"""The demo's subscriptions."""

from collections.abc import Callable
from datetime import UTC, datetime
from types import ModuleType

import pytest

from modules.billing import demo
from modules.billing.models import Invoice, Subscription, session
from web.demo import DemoUser

UNTIL = datetime(2026, 5, 1, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def accounts(fake: Callable[[str], ModuleType]) -> None:
    """Give the people of the demo accounts: their number is their id."""
    for person in demo_users(500):
        fake("auth").add(person.number, email=person.email)


def demo_users(count: int) -> list[DemoUser]:
    return [DemoUser(number, UNTIL) for number in range(1, count + 1)]


def test_about_an_eighth_is_or_was_on_pro() -> None:
    demo.load([demo_users(500)])
    subscriptions = session.query(Subscription).all()
    assert 40 < len(subscriptions) < 80
    assert {subscription.status for subscription in subscriptions} == {
        "active",
        "ended",
    }
    assert session.query(Invoice).count() >= len(subscriptions)
    assert all(invoice.paid_at <= UNTIL for invoice in session.query(Invoice))


def test_loading_it_again_adds_those_who_are_new() -> None:
    def rows() -> tuple[int, int]:
        return session.query(Subscription).count(), session.query(Invoice).count()

    demo.load([demo_users(100)])
    before = rows()
    demo.load([demo_users(100)])
    assert rows() == before
    demo.load([demo_users(200)])
    assert rows() > before


def test_the_same_each_time() -> None:
    demo.load([demo_users(100)])
    first = [(i.user_id, i.paid_at) for i in session.query(Invoice)]
    for model in (Invoice, Subscription):
        session.query(model).delete()
    demo.load([demo_users(100)])
    assert [(i.user_id, i.paid_at) for i in session.query(Invoice)] == first
