"""Billing: plans, subscriptions and invoices."""

from kernel import Link, Module

module = Module(
    import_name=__name__,
    critical=True,
    title="Billing",
    summary="Sells the Pro plan by the month and keeps the invoices.",
    depends_on=("auth",),
    links=(
        Link("Plans", "billing.plans", icon="tag", order=60),
        Link(
            "Your subscription",
            "billing.subscription",
            menu="account",
            icon="receipt-text",
        ),
    ),
)
