"""What other modules may ask about notifications."""

import sqlalchemy as sa

from .models import Notification, session

# Asked by each dashboard: of the table, since no object comes of it.
table = Notification.__table__.c
UNREAD = sa.select(sa.func.count(table.id)).where(
    table.user_id == sa.bindparam("user_id"), table.read_at.is_(None)
)


def count_unread(user_id: int) -> int:
    """Return how many notifications a person has not read yet."""
    return session.scalar(UNREAD, {"user_id": user_id}) or 0
