"""A fake of ``service.py`` for the tests of other modules, in memory.

Its posts belong to the app, so each test starts without posts.
"""

from collections import Counter
from datetime import date

from flask import current_app


def write(author_id: int, day: date) -> None:
    """Add a post that a user published on a day."""
    _posts().append((author_id, day))


def count_published(author_id: int) -> int:
    """Return the number of published posts of one author."""
    return sum(author == author_id for author, _ in _posts())


def count_all_published() -> int:
    """Return the number of published posts."""
    return len(_posts())


def posts_by_day(since: date) -> dict[date, int]:
    """Return the number of published posts per day from ``since`` on."""
    return dict(Counter(day for _, day in _posts() if day >= since))


def write_url() -> str:
    """Return a path without a page."""
    return "/blog/new"


def _posts() -> list[tuple[int, date]]:
    posts: list[tuple[int, date]] = current_app.extensions.setdefault(__name__, [])
    return posts
