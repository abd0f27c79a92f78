"""The implementation of the published interface in ``api.py``."""

import sqlalchemy as sa

from .models import Notification, session

# Built once from the table, because every dashboard page runs it.
table = Notification.__table__.c
UNREAD = sa.select(sa.func.count(table.id)).where(
    table.user_id == sa.bindparam("user_id"), table.read_at.is_(None)
)


def count_unread(user_id: int) -> int:
    """Return the number of unread notifications of a user."""
    return session.scalar(UNREAD, {"user_id": user_id}) or 0
