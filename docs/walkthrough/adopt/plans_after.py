"""The plan of a user, for notifications."""

from kernel import has_module


def plan_of(user_id: int) -> str:
    """Return the plan; without billing, every user is on the free plan."""
    if not has_module("billing"):
        return "free"
    from modules.billing import api as billing

    return billing.plan_of(user_id)
