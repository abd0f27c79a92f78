"""What other modules may ask about notifications."""

import sqlalchemy as sa

from .models import Notification, session


def count_unread(user_id: int) -> int:
    """Return how many notifications a person has not read yet."""
    unread = (Notification.user_id == user_id) & Notification.read_at.is_(None)
    statement = sa.select(sa.func.count(Notification.id)).where(unread)
    return session.scalar(statement) or 0
