"""What other modules may ask about notifications."""

import sqlalchemy as sa

from .models import Notification, session

UNREAD = sa.select(sa.func.count(Notification.id)).where(
    Notification.user_id == sa.bindparam("user_id"), Notification.read_at.is_(None)
)


def count_unread(user_id: int) -> int:
    """Return how many notifications a person has not read yet."""
    return session.scalar(UNREAD, {"user_id": user_id}) or 0
