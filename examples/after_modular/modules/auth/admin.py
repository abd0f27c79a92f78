"""The tables of this module in the admin panel."""

from web.data_view import DataView

from .models import SecurityEvent, User, session


def views() -> list[DataView]:
    """Return the views of this module: users, without their secrets, and the log."""
    return [
        DataView(
            "users",
            User,
            session,
            columns=("id", "name", "email", "role", "active", "created_at"),
            searchable=("name", "email"),
            filters=("role", "active"),
        ),
        DataView(
            "security_events",
            SecurityEvent,
            session,
            columns=("id", "created_at", "kind", "user_id", "actor_id", "address"),
            searchable=("kind", "address"),
            filters=("kind",),
            people=("user_id", "actor_id"),
        ),
    ]
