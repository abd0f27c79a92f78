"""What the admin panel shows of this module's table."""

import sqlalchemy as sa

from web.data_view import DataView

from .models import User, session
from .search import starts_with


class UserData(DataView):
    """People, without their secrets."""

    column_list = ("id", "name", "email", "role", "active", "created_at")
    column_searchable_list = ("email", "name")

    def matches(self, search: str) -> sa.ColumnElement[bool]:
        """Search as the list of users does, by index."""
        return starts_with(search)


def views() -> list[DataView]:
    """Return the views of this module."""
    return [UserData(User, session, name="users")]
