"""The implementation of the published interface in ``api.py``."""

from datetime import UTC, date, datetime, time

from flask import url_for
from sqlalchemy import Date, func, select

from web.mail import external_url

from . import subscriptions
from .models import Invoice, Subscription, session
from .plans import FREE, FREE_POST_LIMIT, PRO


def plan_of(user_id: int) -> str:
    """Return the user's current plan: ``"free"`` or ``"pro"``."""
    subscription = subscriptions.find(user_id)
    return PRO if subscription and subscription.is_running else FREE


def post_limit(user_id: int) -> int | None:
    """Return how many published posts the user may have; ``None``: no limit."""
    return FREE_POST_LIMIT if plan_of(user_id) == FREE else None


def revenue_by_day(since: date) -> dict[date, int]:
    """Return the revenue per day from ``since`` on, in cents."""
    day = func.date(Invoice.paid_at, type_=Date)
    paid = (
        select(day, func.sum(Invoice.amount))
        .where(Invoice.paid_at >= datetime.combine(since, time(), UTC))
        .group_by(day)
    )
    return {row[0]: row[1] for row in session.execute(paid)}


def count_active_subscriptions() -> int:
    """Return the number of users on Pro."""
    running = select(func.count(Subscription.id)).where(Subscription.running())
    return session.scalar(running) or 0


def plans_url() -> str:
    """Return the path of the plans page."""
    return url_for("billing.plans")


def subscription_url() -> str:
    """Return the path of the page where users see and change their plan."""
    return url_for("billing.subscription")


def invoice_url(number: str) -> str:
    """Return the absolute URL of an invoice, for a mail."""
    return external_url("billing.invoice", number=number)
