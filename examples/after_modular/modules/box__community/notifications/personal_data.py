"""The notifications' part of a user's personal data."""

from collections.abc import Mapping

import sqlalchemy as sa

from .inbox import wants_mail
from .models import Notification, session


def export(user_id: int) -> Mapping[str, object]:
    """Return all notifications of a user, and the setting for emails."""
    own = sa.select(Notification).where(Notification.user_id == user_id)
    notifications = session.scalars(own.order_by(Notification.id))
    return {
        "notifications": [_as_dict(notification) for notification in notifications],
        "notifications_by_mail": wants_mail(user_id),
    }


def _as_dict(notification: Notification) -> dict[str, object]:
    return {
        "text": notification.text,
        "created_at": notification.created_at,
        "read_at": notification.read_at,
    }
