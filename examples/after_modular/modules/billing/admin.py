"""The tables of this module in the admin panel."""

from web.data_view import DataView
from web.filters import euro

from .models import Invoice, Subscription, session


def views() -> list[DataView]:
    """Return the views of this module."""
    return [
        DataView(
            "subscriptions",
            Subscription,
            session,
            columns=("id", "user_id", "status", "period_end", "created_at"),
            searchable=("reference",),
            filters=("status",),
            people=("user_id",),
        ),
        DataView(
            "invoices",
            Invoice,
            session,
            columns=("id", "number", "user_id", "amount", "paid_at"),
            people=("user_id",),
            formats={"amount": euro},
        ),
    ]
