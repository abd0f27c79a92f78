"""What people are told."""

from datetime import date
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_mailman import EmailMessage

from modules.auth.events import UserConfirmed, UserDeleted
from modules.box__community.notifications import (
    api,
    inbox,
    listeners,
    personal_data,
)
from modules.box__community.notifications.models import Notification, session


@pytest.fixture(autouse=True)
def billing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let billing be there, with pages, and no blog."""
    billing = SimpleNamespace(
        plans_url=lambda: "/billing/plans",
        subscription_url=lambda: "/billing/",
        invoice_url=lambda number: f"https://inkwell.example/{number}",
    )
    monkeypatch.setattr(listeners, "interface", {"billing": billing}.get)
    app.config["BASE_URL"] = "https://inkwell.example"


@pytest.fixture
def outbox(app: Flask) -> list[EmailMessage]:
    """Return the mails that were sent."""
    app.extensions["mailman"].outbox = []
    return app.extensions["mailman"].outbox


def event(**facts: object) -> SimpleNamespace:
    """Return an event of a module that need not be there."""
    return SimpleNamespace(user_id=7, **facts)


def inbox_of(user_id: int) -> list[tuple[str, str | None]]:
    """Return the texts and links in somebody's inbox."""
    rows = sa.select(Notification.text, Notification.link)
    return [
        (text, link) for text, link in session.execute(rows.filter_by(user_id=user_id))
    ]


def test_a_newcomer_is_welcomed() -> None:
    listeners.welcome(UserConfirmed(user_id=7, name="Ada", email="ada@example.com"))
    assert inbox_of(7) == [("Welcome to Inkwell", None)]
    assert api.count_unread(7) == 1


def test_a_first_payment(outbox: list[EmailMessage]) -> None:
    listeners.confirm_subscription(event(invoice_number="INV-1", amount=900))
    listeners.mail_invoice(event(number="INV-1", amount=900))
    assert inbox_of(7) == [("You are on Pro", "/billing/")]
    (mail,) = outbox
    assert mail.to == ["user7@example.com"]
    assert mail.subject == "Your invoice INV-1"
    assert "€9.00" in mail.body
    assert "https://inkwell.example/INV-1" in mail.body


def test_a_failed_payment(outbox: list[EmailMessage]) -> None:
    listeners.report_failed_payment(event())
    listeners.mail_failed_payment(event())
    assert inbox_of(7) == [("Your payment failed", "/billing/plans")]
    assert "https://inkwell.example/billing/plans" in outbox[0].body


def test_who_wants_no_mails_gets_none(outbox: list[EmailMessage]) -> None:
    inbox.set_wants_mail(7, False)
    listeners.mail_failed_payment(event())
    assert outbox == []
    inbox.set_wants_mail(7, True)
    listeners.mail_failed_payment(event())
    assert len(outbox) == 1


def test_an_account_that_is_gone_gets_no_mail(
    outbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox.auth, "find", lambda user_id: None)
    listeners.mail_failed_payment(event())
    assert outbox == []


def test_a_cancellation() -> None:
    listeners.confirm_cancellation(event(ends_on=date(2026, 12, 1)))
    assert inbox_of(7) == [("Your subscription ends on 1 Dec 2026", "/billing/")]


def test_a_removed_post() -> None:
    removed = SimpleNamespace(author_id=7, title="On rain")
    listeners.report_removed_post(removed)
    assert inbox_of(7) == [("Your post “On rain” was removed", None)]


def test_an_inbox_goes_with_the_account() -> None:
    inbox.notify(7, "Mine")
    inbox.notify(8, "Theirs")
    inbox.set_wants_mail(7, False)
    listeners.delete_inbox(UserDeleted(user_id=7))
    exported = personal_data.export(7)
    assert exported == {"notifications": [], "notifications_by_mail": True}
    assert inbox_of(8) == [("Theirs", None)]
