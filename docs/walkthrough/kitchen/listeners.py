"""What the kitchen does when other modules tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernel.events import listens

from .models import Entry, session

if TYPE_CHECKING:
    from modules.recipes.events import EntryAdded


@listens("recipes.EntryAdded")
def plan(event: EntryAdded) -> None:
    """Put a new recipe on the kitchen's list."""
    session.add(Entry(text=f"Cook {event.text}"))
