"""Listeners: which events notify a user.

Each listener has one effect, so that a failed email is retried on its own.
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
    """Welcome a new member, with a link to write a post."""
    text = f"Welcome to {current_app.config['APP_NAME']}"
    inbox.notify(event.user_id, text, _write_url())


@listens(UserDeleted)
def delete_inbox(event: UserDeleted) -> None:
    """Delete the notifications of a deleted account."""
    inbox.delete_all_of(event.user_id)


@listens("billing.SubscriptionStarted")
def confirm_subscription(event: SubscriptionStarted) -> None:
    """Confirm the subscription on the site."""
    inbox.notify(event.user_id, "You are on Pro", billing_links.subscription_url())


@listens("billing.InvoicePaid")
def mail_invoice(event: InvoicePaid) -> None:
    """Send each invoice by email."""
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
    """Report a failed payment on the site."""
    inbox.notify(event.user_id, "Your payment failed", billing_links.plans_url())


@listens("billing.PaymentFailed")
def mail_failed_payment(event: PaymentFailed) -> None:
    """Report a failed payment by email, so that it is not overlooked."""
    inbox.mail(
        event.user_id,
        "Your payment failed",
        "notifications/mail_payment_failed.txt",
        link=_absolute(billing_links.plans_url()),
    )


@listens("billing.SubscriptionCancelled")
def confirm_cancellation(event: SubscriptionCancelled) -> None:
    """Confirm on which day the subscription ends."""
    text = f"Your subscription ends on {day(event.ends_on).striptags()}"
    inbox.notify(event.user_id, text, billing_links.subscription_url())


@listens("blog.PostRemoved")
def report_removed_post(event: PostRemoved) -> None:
    """Notify the author of a removed post."""
    inbox.notify(event.author_id, f"Your post “{event.title}” was removed")


def _write_url() -> str | None:
    if not has_module("blog"):
        return None
    from modules.box__community.blog import api as blog

    return blog.write_url()


def _absolute(path: str | None) -> str | None:
    return absolute_url(path) if path else None
