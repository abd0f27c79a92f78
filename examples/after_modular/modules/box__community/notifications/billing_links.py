"""Links to billing, which may not be installed when its events are delivered."""

from kernel import has_module


def plans_url() -> str | None:
    """Return the path of the plans page."""
    if not has_module("billing"):
        return None
    from modules.billing import api as billing

    return billing.plans_url()


def subscription_url() -> str | None:
    """Return the path of the page where users see and change their plan."""
    if not has_module("billing"):
        return None
    from modules.billing import api as billing

    return billing.subscription_url()


def invoice_url(number: str) -> str | None:
    """Return the absolute URL of an invoice."""
    if not has_module("billing"):
        return None
    from modules.billing import api as billing

    return billing.invoice_url(number)
