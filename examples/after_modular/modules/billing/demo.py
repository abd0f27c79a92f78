"""Demo data: subscriptions and monthly invoices of some users."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from random import Random

from sqlalchemy import insert, select

from modules.auth.api import find_ids
from web.demo import DemoUser

from .models import ACTIVE, ENDED, Invoice, Subscription, session
from .plans import PRO_PRICE
from .subscriptions import add_month


def load(chunks: Iterable[list[DemoUser]]) -> None:
    """Add subscriptions and invoices for the users who have none."""
    for users in chunks:
        ids = find_ids(user.email for user in users)
        known = set(
            session.scalars(
                select(Subscription.user_id).where(
                    Subscription.user_id.in_(ids.values())
                )
            )
        )
        subscriptions: list[dict[str, object]] = []
        invoices: list[dict[str, object]] = []
        for user in users:
            user_id = ids[user.email]
            random = user.random("billing")
            subscribes = random.random() < 0.12 or user.is_admin
            if user_id in known or not (user.confirmed and subscribes):
                continue
            *paid, period_end = _months(user, random)
            runs = period_end > user.until
            subscriptions.append(_subscription(user_id, paid[0], period_end, runs))
            invoices.extend(_invoice(user_id, moment) for moment in paid)
        if subscriptions:
            session.execute(insert(Subscription), subscriptions)
            session.execute(insert(Invoice), invoices)
            session.commit()


def _months(user: DemoUser, random: Random) -> Iterator[datetime]:
    """Yield when each month was paid, at least one, and when the last one ends."""
    moment = user.moment(random)
    yield moment
    for _ in range(12 if user.is_admin else random.randint(1, 12)):
        moment = add_month(moment)
        yield moment
        if moment > user.until:
            return


def _subscription(
    user_id: int, started_at: datetime, period_end: datetime, runs: bool
) -> dict[str, object]:
    return {
        "user_id": user_id,
        "reference": f"demo-{user_id}",
        "status": ACTIVE if runs else ENDED,
        "period_end": period_end,
        "created_at": started_at,
    }


def _invoice(user_id: int, paid_at: datetime) -> dict[str, object]:
    return {"user_id": user_id, "amount": PRO_PRICE, "paid_at": paid_at}
