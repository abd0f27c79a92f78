"""Reactions to events of other modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernel import listens

from .models import Entry, session

if TYPE_CHECKING:
    from modules.recipes.events import EntryAdded


@listens("recipes.EntryAdded")
def plan(event: EntryAdded) -> None:
    """Add a new recipe to the list of the kitchen."""
    session.add(Entry(text=f"Cook {event.text}"))
