"""What billing shows on the page of one's own account."""

from .service import plan_of


def facts(user_id: int) -> dict[str, str]:
    """Return the plan somebody is on."""
    return {"Plan": plan_of(user_id).capitalize()}
