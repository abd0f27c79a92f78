"""The number of unread notifications, beside the menu entry."""

from .service import count_unread


def badges(user_id: int) -> dict[str, int]:
    """Return the number of unread notifications of a user."""
    return {"notifications.index": count_unread(user_id)}
