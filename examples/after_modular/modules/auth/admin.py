"""What the admin panel shows of this module's table."""

import sqlalchemy as sa

from web.data_view import DataView

from .models import SecurityEvent, User, session
from .search import starts_with


class UserData(DataView):
    """People, without their secrets."""

    column_list = ("id", "name", "email", "role", "active", "created_at")
    column_searchable_list = ("email", "name")

    def matches(self, search: str) -> sa.ColumnElement[bool]:
        """Search as the list of users does, by index."""
        return starts_with(search)


class SecurityLog(DataView):
    """What happened to accounts: logins, failures, changes, and who made them."""

    column_list = ("id", "created_at", "kind", "user_id", "actor_id", "address")
    column_searchable_list = ("kind", "address")


def views() -> list[DataView]:
    """Return the views of this module."""
    return [
        UserData(User, session, name="users"),
        SecurityLog(SecurityEvent, session, name="security_events"),
    ]
