"""The ledger: which orders were placed, and which effects the listeners had."""

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
class Ledger:
    """The database of a shop, after the faults."""

    url: str

    @property
    def engine(self) -> sa.Engine:
        """Connect anew each time: the database may have been restarted."""
        url = self.url.replace("postgresql:", "postgresql+psycopg:")
        return sa.create_engine(url, poolclass=sa.NullPool)

    def rows(self, statement: str) -> list[Any]:
        """Return the rows of a query."""
        with self.engine.connect() as connection:
            return list(connection.execute(sa.text(statement)))

    def states(self) -> Counter[str]:
        """Return the number of deliveries in each state."""
        statement = "SELECT state, count(*) FROM outbox_delivery GROUP BY state"
        return Counter(dict(map(tuple, self.rows(statement))))

    def count(self, acknowledged: Collection[int], *listeners: str) -> dict[str, int]:
        """Compare the orders with the entries of the listeners.

        :param acknowledged: the orders that the shop answered with 201.
        :param listeners: those that should have written one entry for each order.
        """
        placed = {row.id for row in self.rows("SELECT id FROM shop_order")}
        lost = lost_acknowledged = duplicated = phantom = 0
        for listener in listeners:
            seen = Counter(entry.order_id for entry in self._entries(listener))
            lost += len(placed - seen.keys())
            lost_acknowledged += len(placed.intersection(acknowledged) - seen.keys())
            duplicated += seen.total() - len(seen)
            phantom += len(seen.keys() - placed)
        return {
            "committed": len(placed),
            "published": len(placed) * len(listeners),
            "acknowledged_but_missing": len(set(acknowledged) - placed),
            "lost": lost,
            "lost_of_acknowledged": lost_acknowledged,
            "duplicated": duplicated,
            "without_order": phantom,
            "out_of_order": self._out_of_order(),
        }

    def delay(self, listener: str, after: str, before: str) -> float:
        """Return the median time from order to entry in seconds, in a period."""
        rows = self.rows(
            "SELECT placed_at, written_at FROM shop_order JOIN ledger_entry"
            " ON order_id = shop_order.id"
            f" WHERE listener = '{listener}'"
            f" AND placed_at >= '{after}' AND placed_at < '{before}'"
        )
        return median((row.written_at - row.placed_at).total_seconds() for row in rows)

    def _entries(self, listener: str) -> list[Any]:
        return self.rows(
            "SELECT order_id, customer, number FROM ledger_entry"
            f" WHERE listener = '{listener}' ORDER BY id"
        )

    def _out_of_order(self) -> int:
        highest: dict[int, int] = {}
        wrong = 0
        for entry in self._entries("record_in_order"):
            wrong += entry.number < highest.get(entry.customer, 0)
            highest[entry.customer] = max(entry.number, highest.get(entry.customer, 0))
        return wrong


def count_emails(folder: Path, orders: int) -> dict[str, int]:
    """Count the emails of a folder, and those with the same ``Message-ID``."""
    ids = Counter(
        message_id
        for file in folder.iterdir()
        for message_id in MESSAGE_ID.findall(file.read_bytes())
    )
    return {
        "sent": ids.total(),
        "lost": orders - len(ids),
        "duplicated": ids.total() - len(ids),
        "message_ids": len(ids),
    }
