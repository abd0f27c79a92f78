"""The published interface of the blog. ``service.py`` implements it."""

from datetime import date

from kernel import published


@published
def count_published(author_id: int) -> int:
    """Return the number of published posts of one author."""


@published
def count_all_published() -> int:
    """Return the number of published posts. It scans the table."""


@published
def posts_by_day(since: date) -> dict[date, int]:
    """Return the number of published posts per day (UTC) from ``since`` on.

    Days without one are left out.
    """


@published(local=True)
def write_url() -> str:
    """Return the path of the page for a new post."""
