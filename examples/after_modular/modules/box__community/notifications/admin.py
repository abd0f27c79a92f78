"""The tables of this module in the admin panel."""

from web.data_view import DataView

from .models import Notification, session


class NotificationData(DataView):
    """Notifications."""

    column_list = ("id", "user_id", "text", "created_at", "read_at")
    column_searchable_list = ("text",)


def views() -> list[DataView]:
    """Return the views of this module."""
    return [NotificationData(Notification, session, name="notifications")]
