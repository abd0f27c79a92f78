"""What billing adds to the file in which people get their data."""

from collections.abc import Mapping

from . import invoices, subscriptions
from .models import Invoice, Subscription, session


def export(user_id: int) -> Mapping[str, object]:
    """Return somebody's subscription, if there is one, and all their invoices."""
    subscription = subscriptions.find(user_id)
    own = session.scalars(invoices.of(user_id).order_by(Invoice.id))
    return {
        "subscription": _subscription(subscription) if subscription else None,
        "invoices": [_invoice(invoice) for invoice in own],
    }


def _subscription(subscription: Subscription) -> dict[str, object]:
    return {
        "status": subscription.status,
        "period_end": subscription.period_end.isoformat(),
        "created_at": subscription.created_at.isoformat(),
    }


def _invoice(invoice: Invoice) -> dict[str, object]:
    return {
        "number": invoice.number,
        "amount": invoice.amount,
        "paid_at": invoice.paid_at.isoformat(),
    }
