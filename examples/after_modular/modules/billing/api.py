"""What billing offers to other modules. ``service.py`` implements it.

Amounts are in cents, days in UTC.
"""

from datetime import date

from kernel import published


@published
def plan_of(user_id: int) -> str:
    """Return the user's current plan: ``"free"`` or ``"pro"``."""


@published
def post_limit(user_id: int) -> int | None:
    """Return how many published posts the user may have; ``None``: no limit."""


@published
def revenue_by_day(since: date) -> dict[date, int]:
    """Return the revenue per day from ``since`` on; days without are left out."""


@published
def count_active_subscriptions() -> int:
    """Return the number of users on Pro."""


@published(local=True)
def plans_url() -> str:
    """Return the path of the plans page."""


@published(local=True)
def subscription_url() -> str:
    """Return the path of the page where users see and change their plan."""


@published(local=True)
def invoice_url(number: str) -> str:
    """Return the absolute URL of an invoice, for a mail."""
