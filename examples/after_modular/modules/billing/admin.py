"""What the admin panel shows of this module's tables."""

from web.data_view import DataView

from .models import Invoice, Subscription, session


class SubscriptionData(DataView):
    """Subscriptions, which can be searched by the provider's reference."""

    column_list = ("id", "user_id", "status", "period_end", "reference", "created_at")
    column_searchable_list = ("reference",)


class InvoiceData(DataView):
    """Invoices; the amounts are in cents."""

    column_list = ("id", "number", "user_id", "amount", "paid_at")


def views() -> list[DataView]:
    """Return the views of this module."""
    return [
        SubscriptionData(Subscription, session, name="subscriptions"),
        InvoiceData(Invoice, session, name="invoices"),
    ]
