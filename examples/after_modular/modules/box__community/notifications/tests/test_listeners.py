"""What people are told."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_mailman import EmailMessage

from kernel.testing import Scenario
from modules.auth.api import Account
from modules.auth.events import UserConfirmed, UserDeleted
from modules.box__community.notifications import (
    api,
    inbox,
    listeners,
    personal_data,
)
from modules.box__community.notifications.models import Notification, session

if TYPE_CHECKING:
    from modules.box__community.blog.events import PostRemoved


@pytest.fixture(autouse=True)
def delivery(app: Flask) -> Iterator[None]:
    """Run the test where listeners run, on a site with an address of its own."""
    app.config |= {"APP_NAME": "Shop", "BASE_URL": "https://site.example"}
    with app.test_request_context():
        yield


def inbox_of(user_id: int) -> list[tuple[str, str | None]]:
    """Return the texts and links in somebody's inbox."""
    rows = sa.select(Notification.text, Notification.link)
    return [
        (text, link) for text, link in session.execute(rows.filter_by(user_id=user_id))
    ]


NEWCOMER = UserConfirmed(user_id=7, name="Ada", email="ada@example.com")


@pytest.mark.needs("blog")
def test_a_newcomer_is_welcomed_and_led_to_the_blog(scenario: Scenario) -> None:
    outcome = scenario.publish(NEWCOMER)
    outcome.expect(lambda: inbox_of(7) == [("Welcome to Shop", "/blog/new")])
    outcome.expect(lambda: api.count_unread(7) == 1)


def test_without_a_blog_a_newcomer_is_welcomed(
    scenario: Scenario, without_module: Callable[[str], None]
) -> None:
    without_module("blog")
    scenario.publish(NEWCOMER).expect(
        lambda: inbox_of(7) == [("Welcome to Shop", None)]
    )


@pytest.mark.needs("billing")
def test_a_first_payment(mailbox: list[EmailMessage], account: Account) -> None:
    from modules.billing.events import InvoicePaid, SubscriptionStarted

    listeners.confirm_subscription(
        SubscriptionStarted(user_id=7, invoice_number="INV-1", amount=900)
    )
    now = datetime.now(UTC)
    listeners.mail_invoice(
        InvoicePaid(user_id=7, number="INV-1", amount=900, paid_at=now)
    )
    assert inbox_of(7) == [("You are on Pro", "/billing/")]
    (mail,) = mailbox
    assert mail.to == [account.email]
    assert mail.subject == "Your invoice INV-1"
    assert "€9.00" in mail.body
    assert "https://site.example/billing/invoices/INV-1" in mail.body


@pytest.mark.needs("billing")
@pytest.mark.usefixtures("account")
def test_a_failed_payment(mailbox: list[EmailMessage]) -> None:
    from modules.billing.events import PaymentFailed

    listeners.report_failed_payment(PaymentFailed(user_id=7))
    listeners.mail_failed_payment(PaymentFailed(user_id=7))
    assert inbox_of(7) == [("Your payment failed", "/billing/plans")]
    assert "https://site.example/billing/plans" in mailbox[0].body


@pytest.mark.needs("billing")
@pytest.mark.usefixtures("account")
def test_who_wants_no_mails_gets_none(mailbox: list[EmailMessage]) -> None:
    from modules.billing.events import PaymentFailed

    inbox.set_wants_mail(7, False)
    listeners.mail_failed_payment(PaymentFailed(user_id=7))
    assert mailbox == []
    inbox.set_wants_mail(7, True)
    listeners.mail_failed_payment(PaymentFailed(user_id=7))
    assert len(mailbox) == 1


@pytest.mark.needs("billing")
def test_an_account_that_is_gone_gets_no_mail(mailbox: list[EmailMessage]) -> None:
    from modules.billing.events import PaymentFailed

    listeners.mail_failed_payment(PaymentFailed(user_id=7))
    assert mailbox == []


@pytest.mark.needs("billing")
def test_a_cancellation() -> None:
    from modules.billing.events import SubscriptionCancelled

    cancelled = SubscriptionCancelled(user_id=7, ends_on=date(2026, 12, 1))
    listeners.confirm_cancellation(cancelled)
    assert inbox_of(7) == [("Your subscription ends on 1 Dec 2026", "/billing/")]


def test_a_removed_post() -> None:
    removed = SimpleNamespace(author_id=7, title="On rain")
    listeners.report_removed_post(cast("PostRemoved", removed))
    assert inbox_of(7) == [("Your post “On rain” was removed", None)]


def test_an_inbox_goes_with_the_account(scenario: Scenario) -> None:
    inbox.notify(7, "Mine")
    inbox.notify(8, "Theirs")
    inbox.set_wants_mail(7, False)
    outcome = scenario.publish(UserDeleted(user_id=7))
    nothing = {"notifications": [], "notifications_by_mail": True}
    outcome.expect(lambda: personal_data.export(7) == nothing)
    outcome.expect(lambda: inbox_of(8) == [("Theirs", None)])
