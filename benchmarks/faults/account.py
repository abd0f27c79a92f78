"""The account: what was ordered, and what the listeners made of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import sqlalchemy as sa

MESSAGE_ID = re.compile(rb"^Message-ID: (\S+)", re.MULTILINE)
UNFINISHED = ("PENDING", "PROCESSING")


@dataclass(frozen=True)
class Books:
    """What stands in the database of a shop."""

    url: str

    @property
    def engine(self) -> sa.Engine:
        """Connect anew each time: the database may have been away."""
        url = self.url.replace("postgresql:", "postgresql+psycopg:")
        return sa.create_engine(url, poolclass=sa.NullPool)

    def rows(self, statement: str) -> list[Any]:
        """Return what a statement selects."""
        with self.engine.connect() as connection:
            return list(connection.execute(sa.text(statement)))

    def states(self) -> Counter[str]:
        """Return how many deliveries are in each state."""
        statement = "SELECT state, count(*) FROM outbox_delivery GROUP BY state"
        return Counter(dict(map(tuple, self.rows(statement))))

    def count(self, acknowledged: Collection[int], *listeners: str) -> dict[str, int]:
        """Compare what was ordered with what the listeners wrote down.

        :param acknowledged: the orders that customers were told are placed.
        :param listeners: those that should have written an entry for each.
        """
        placed = {row.id for row in self.rows("SELECT id FROM shop_order")}
        lost = promised = doubled = phantom = 0
        for listener in listeners:
            seen = Counter(entry.order_id for entry in self._entries(listener))
            lost += len(placed - seen.keys())
            promised += len(placed.intersection(acknowledged) - seen.keys())
            doubled += seen.total() - len(seen)
            phantom += len(seen.keys() - placed)
        return {
            "committed": len(placed),
            "published": len(placed) * len(listeners),
            "acknowledged_but_missing": len(set(acknowledged) - placed),
            "lost": lost,
            "lost_of_acknowledged": promised,
            "doubled": doubled,
            "of_no_order": phantom,
            "out_of_order": self._out_of_order(),
        }

    def delay(self, listener: str, after: str, before: str) -> float:
        """Return the median seconds from order to entry, of orders in that time."""
        rows = self.rows(
            "SELECT placed_at, written_at FROM shop_order JOIN books_entry"
            " ON order_id = shop_order.id"
            f" WHERE listener = '{listener}'"
            f" AND placed_at >= '{after}' AND placed_at < '{before}'"
        )
        return median((row.written_at - row.placed_at).total_seconds() for row in rows)

    def _entries(self, listener: str) -> list[Any]:
        return self.rows(
            "SELECT order_id, customer, number FROM books_entry"
            f" WHERE listener = '{listener}' ORDER BY id"
        )

    def _out_of_order(self) -> int:
        highest: dict[int, int] = {}
        wrong = 0
        for entry in self._entries("write_in_order"):
            wrong += entry.number < highest.get(entry.customer, 0)
            highest[entry.customer] = max(entry.number, highest.get(entry.customer, 0))
        return wrong


def count_mails(folder: Path, orders: int) -> dict[str, int]:
    """Count the mails of a folder, and those whose name had come before."""
    names = Counter(
        name
        for file in folder.iterdir()
        for name in MESSAGE_ID.findall(file.read_bytes())
    )
    return {
        "sent": names.total(),
        "lost": orders - len(names),
        "doubled": names.total() - len(names),
        "names": len(names),
    }
