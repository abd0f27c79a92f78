"""The plan of a user, for notifications."""


def plan_of(user_id: int) -> str:
    """Return the plan, from the internals of billing."""
    from modules.billing.subscriptions import find

    return "pro" if find(user_id) else "free"
