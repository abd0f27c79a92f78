"""The functions that our scaffold writes."""

import sqlalchemy as sa

from .events import EntryAdded
from .models import Entry, session


def add(text: str) -> EntryAdded:
    """Add a line to the list."""
    entry = Entry(text=text)
    session.add(entry)
    session.commit()
    return EntryAdded(entry_id=entry.id, text=text)


def count() -> int:
    """Return how many lines the list has."""
    return session.scalar(sa.select(sa.func.count(Entry.id))) or 0
