"""The published interface of notifications. ``service.py`` implements it."""

from kernel import published


@published
def count_unread(user_id: int) -> int:
    """Return the number of unread notifications of a user."""
