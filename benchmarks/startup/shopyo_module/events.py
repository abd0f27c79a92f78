"""The event that our scaffold writes, as a plain dataclass."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class EntryAdded:
    """Somebody added a line to the list."""

    entry_id: int
    text: str
