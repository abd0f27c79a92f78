"""What other modules may ask billing. Amounts are cents, days are in UTC."""

from datetime import UTC, date, datetime, time

from flask import url_for
from sqlalchemy import Date, func, select

from kernel.interfaces import anywhere
from web.mail import external_url

from . import subscriptions
from .models import Invoice, Subscription, session
from .plans import FREE, FREE_POST_LIMIT, PRO


def plan_of(user_id: int) -> str:
    """Return the plan somebody is on now: ``"free"`` or ``"pro"``."""
    subscription = subscriptions.find(user_id)
    return PRO if subscription and subscription.is_running else FREE


def post_limit(user_id: int) -> int | None:
    """Return how many posts somebody may have published at a time; ``None``: any."""
    return FREE_POST_LIMIT if plan_of(user_id) == FREE else None


def revenue_by_day(since: date) -> dict[date, int]:
    """Return what was paid on each day from ``since`` on; days without are left out."""
    day = func.date(Invoice.paid_at, type_=Date)
    paid = (
        select(day, func.sum(Invoice.amount))
        .where(Invoice.paid_at >= datetime.combine(since, time(), UTC))
        .group_by(day)
    )
    return {row[0]: row[1] for row in session.execute(paid)}


def count_active_subscriptions() -> int:
    """Return how many people are on Pro now."""
    running = select(func.count(Subscription.id)).where(Subscription.running())
    return session.scalar(running) or 0


@anywhere
def plans_url() -> str:
    """Return the path of the page that shows the plans."""
    return url_for("billing.plans")


@anywhere
def subscription_url() -> str:
    """Return the path of the page where members see and change their plan."""
    return url_for("billing.subscription")


@anywhere
def invoice_url(number: str) -> str:
    """Return the absolute URL of an invoice, for its owner's mail."""
    return external_url("billing.invoice", number=number)
