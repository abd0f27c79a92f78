"""The tables of this module in the admin panel."""

from web.data_view import DataView

from .models import Post, session


class PostData(DataView):
    """Posts, without their text."""

    column_list = ("id", "author_id", "author_name", "title", "published_at")
    column_searchable_list = ("title", "author_name")


def views() -> list[DataView]:
    """Return the views of this module."""
    return [PostData(Post, session, name="posts")]
