"""Billing: plans, subscriptions and invoices."""

from core.module import Link, Module

module = Module(
    import_name=__name__,
    title="Billing",
    summary="Sells the Pro plan by the month and keeps the invoices.",
    depends_on=("auth",),
    links=(
        Link(label="Plans", endpoint="billing.plans"),
        Link(
            label="Your subscription",
            endpoint="billing.subscription",
            audience="member",
            menu="account",
        ),
    ),
)
