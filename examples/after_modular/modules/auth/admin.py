"""The tables of this module in the admin panel."""

from web.data_view import DataView

from .models import User, session


def views() -> list[DataView]:
    """Return the views of this module: users, without their secrets."""
    return [
        DataView(
            "users",
            User,
            session,
            columns=("id", "name", "email", "role", "active", "created_at"),
            searchable=("name", "email"),
            filters=("role", "active"),
        )
    ]
