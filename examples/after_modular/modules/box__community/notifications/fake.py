"""A fake of ``service.py`` for the tests of other modules, in memory.

Its notifications belong to the app, so each test starts without any.
"""

from collections import Counter

from flask import current_app


def notify(user_id: int) -> None:
    """Add an unread notification of a user."""
    _unread()[user_id] += 1


def count_unread(user_id: int) -> int:
    """Return the number of unread notifications of a user."""
    return _unread()[user_id]


def _unread() -> Counter[int]:
    unread: Counter[int] = current_app.extensions.setdefault(__name__, Counter())
    return unread
