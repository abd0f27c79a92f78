"""The tables of this module in the admin panel."""

from web.data_view import DataView

from .models import Post, session


def views() -> list[DataView]:
    """Return the views of this module: posts, without their text."""
    return [
        DataView(
            "posts",
            Post,
            session,
            columns=("id", "title", "author_id", "published_at", "created_at"),
            searchable=("title",),
            people=("author_id",),
        )
    ]
