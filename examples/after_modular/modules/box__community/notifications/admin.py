"""The tables of this module in the admin panel."""

from web.data_view import DataView

from .models import Notification, session


def views() -> list[DataView]:
    """Return the views of this module."""
    return [
        DataView(
            "notifications",
            Notification,
            session,
            columns=("id", "text", "user_id", "created_at", "read_at"),
            searchable=("text",),
            people=("user_id",),
        )
    ]
