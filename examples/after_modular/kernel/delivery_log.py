"""The delivery log: what a dispatcher that stores deliveries shows of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol


class Delivery(Protocol):
    """One event on its way to one listener."""

    id: int
    event: str
    listener: str
    state: str
    attempts: int
    error: str | None
    published_at: datetime


class DeliveryLog(Protocol):
    """The stored deliveries of a dispatcher, for the admin panel and for metrics."""

    def counts(self) -> dict[str, int]:
        """Return the number of deliveries in each state, and of ``"ORPHANED"`` ones."""

    def find(
        self, states: Sequence[str], *, before: int | None, limit: int
    ) -> Sequence[Delivery]:
        """Return deliveries in these states, newest first, below the id ``before``."""

    def retry(self, ids: Sequence[int] | None = None) -> int:
        """Make failed or, by id, orphaned deliveries due again; return how many."""

    def purge(self, ids: Sequence[int]) -> int:
        """Delete failed and orphaned deliveries; return how many."""
