"""A fake of ``service.py`` for the tests of other modules, in memory.

Its posts belong to the app: each test starts without one.
"""

from collections import Counter
from datetime import date

from flask import current_app


def write(author_id: int, day: date) -> None:
    """Let somebody have published a post on a day."""
    _posts().append((author_id, day))


def count_published(author_id: int) -> int:
    """Return how many posts one author has published."""
    return sum(author == author_id for author, _ in _posts())


def count_all_published() -> int:
    """Return how many posts there are."""
    return len(_posts())


def posts_by_day(since: date) -> dict[date, int]:
    """Return the number of posts a day."""
    return dict(Counter(day for _, day in _posts() if day >= since))


def write_url() -> str:
    """Return the path of a page that is not there."""
    return "/blog/new"


def _posts() -> list[tuple[int, date]]:
    posts: list[tuple[int, date]] = current_app.extensions.setdefault(__name__, [])
    return posts
