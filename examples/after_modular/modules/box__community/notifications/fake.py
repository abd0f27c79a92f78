"""A fake of ``service.py`` for the tests of other modules, in memory.

Its inboxes belong to the app: each test starts with empty ones.
"""

from collections import Counter

from flask import current_app


def notify(user_id: int) -> None:
    """Let somebody have one more notification to read."""
    _unread()[user_id] += 1


def count_unread(user_id: int) -> int:
    """Return how many notifications somebody has not read yet."""
    return _unread()[user_id]


def _unread() -> Counter[int]:
    unread: Counter[int] = current_app.extensions.setdefault(__name__, Counter())
    return unread
