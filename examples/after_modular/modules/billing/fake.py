"""A fake of ``service.py`` for the tests of other modules, in memory.

Its data belongs to the app: each test starts with every user on Free.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urljoin

from flask import current_app, request


@dataclass
class Facts:
    """What billing knows in one test."""

    pro: set[int] = field(default_factory=set)
    post_limit: int = 3
    revenue: Counter[date] = field(default_factory=Counter)


def subscribe(user_id: int) -> None:
    """Let somebody be on Pro."""
    _facts().pro.add(user_id)


def limit_posts(limit: int) -> None:
    """Let those on Free have this many published posts."""
    _facts().post_limit = limit


def pay(day: date, amount: int) -> None:
    """Let something have been paid, in cents."""
    _facts().revenue[day] += amount


def plan_of(user_id: int) -> str:
    """Return the plan somebody is on."""
    return "pro" if user_id in _facts().pro else "free"


def post_limit(user_id: int) -> int | None:
    """Return how many posts somebody may have published."""
    return _facts().post_limit if plan_of(user_id) == "free" else None


def revenue_by_day(since: date) -> dict[date, int]:
    """Return what was paid on each day."""
    return {day: paid for day, paid in _facts().revenue.items() if day >= since}


def count_active_subscriptions() -> int:
    """Return how many people are on Pro."""
    return len(_facts().pro)


def plans_url() -> str:
    """Return the path of a page that is not there."""
    return "/billing/plans"


def subscription_url() -> str:
    """Return the path of a page that is not there."""
    return "/billing/"


def invoice_url(number: str) -> str:
    """Return the absolute URL of a page that is not there."""
    base = current_app.config["BASE_URL"] or request.host_url
    return urljoin(base, f"/billing/invoices/{number}")


def _facts() -> Facts:
    facts: Facts = current_app.extensions.setdefault(__name__, Facts())
    return facts
