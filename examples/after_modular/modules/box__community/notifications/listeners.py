"""What people are told, and when.

Each has one effect: a mail that fails takes nothing else with it. Without billing or
the blog, what they would tell never comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app

from kernel import has_module, listens
from modules.auth.events import UserConfirmed, UserDeleted
from web.filters import day
from web.mail import absolute_url

from . import billing_links, inbox

if TYPE_CHECKING:
    from modules.billing.events import (
        InvoicePaid,
        PaymentFailed,
        SubscriptionCancelled,
        SubscriptionStarted,
    )
    from modules.box__community.blog.events import PostRemoved


@listens(UserConfirmed)
def welcome(event: UserConfirmed) -> None:
    """Greet a new member, and lead on to the blog if there is one."""
    text = f"Welcome to {current_app.config['APP_NAME']}"
    inbox.notify(event.user_id, text, _write_url())


@listens(UserDeleted)
def delete_inbox(event: UserDeleted) -> None:
    """Let the notifications go with the account."""
    inbox.forget(event.user_id)


@listens("billing.SubscriptionStarted")
def confirm_subscription(event: SubscriptionStarted) -> None:
    """Say that the payment came in."""
    inbox.notify(event.user_id, "You are on Pro", billing_links.subscription_url())


@listens("billing.InvoicePaid")
def mail_invoice(event: InvoicePaid) -> None:
    """Send the invoice of the first month and of every later one."""
    inbox.mail(
        event.user_id,
        f"Your invoice {event.number}",
        "notifications/mail_invoice.txt",
        number=event.number,
        amount=event.amount,
        link=billing_links.invoice_url(event.number),
    )


@listens("billing.PaymentFailed")
def report_failed_payment(event: PaymentFailed) -> None:
    """Say that nothing was paid."""
    inbox.notify(event.user_id, "Your payment failed", billing_links.plans_url())


@listens("billing.PaymentFailed")
def mail_failed_payment(event: PaymentFailed) -> None:
    """Say it by mail, too: nobody sees the site who thinks that all is well."""
    inbox.mail(
        event.user_id,
        "Your payment failed",
        "notifications/mail_payment_failed.txt",
        link=_absolute(billing_links.plans_url()),
    )


@listens("billing.SubscriptionCancelled")
def confirm_cancellation(event: SubscriptionCancelled) -> None:
    """Say until when it goes on."""
    text = f"Your subscription ends on {day(event.ends_on).striptags()}"
    inbox.notify(event.user_id, text, billing_links.subscription_url())


@listens("blog.PostRemoved")
def report_removed_post(event: PostRemoved) -> None:
    """Tell the author what an admin did."""
    inbox.notify(event.author_id, f"Your post “{event.title}” was removed")


def _write_url() -> str | None:
    if not has_module("blog"):
        return None
    from modules.box__community.blog import api as blog

    return blog.write_url()


def _absolute(path: str | None) -> str | None:
    return absolute_url(path) if path else None
