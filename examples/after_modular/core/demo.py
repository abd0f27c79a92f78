"""Demo data: the people that every module's ``demo.py`` makes up the rest for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

PASSWORD = "inkwell-demo"
CHUNK = 1_000
FIRST_DAY = datetime(2025, 5, 1, tzinfo=UTC)
LAST_DAY = datetime(2026, 5, 1, tzinfo=UTC)
FIRST_NAMES = [
    "Ada",
    "Ben",
    "Chiara",
    "Dmitri",
    "Elif",
    "Farid",
    "Grace",
    "Hana",
    "Ivo",
    "Jun",
    "Kofi",
    "Lena",
]
LAST_NAMES = [
    "Abara",
    "Berg",
    "Costa",
    "Demir",
    "Evans",
    "Fofanah",
    "Garcia",
    "Haas",
    "Ito",
    "Jansen",
]


@dataclass(frozen=True)
class Person:
    """One of the people of the demo; the same number is always the same person."""

    number: int

    @property
    def email(self) -> str:
        """Their address, which is nobody's."""
        return f"user{self.number:06d}@example.com"

    @property
    def name(self) -> str:
        """Their name."""
        random = self.random("name")
        return f"{random.choice(FIRST_NAMES)} {random.choice(LAST_NAMES)}"

    @property
    def joined_at(self) -> datetime:
        """The moment they registered."""
        return FIRST_DAY + (LAST_DAY - FIRST_DAY) * self.random("joined").random()

    @property
    def confirmed(self) -> bool:
        """Whether they confirmed their address, an hour later."""
        return self.random("confirmed").random() < 0.95

    def random(self, purpose: str) -> Random:
        """Return a source of chance that is theirs and the same each time."""
        return Random(f"{purpose}-{self.number}")

    def moment(self, random: Random) -> datetime:
        """Return a moment between their registration and the end of the demo."""
        span = LAST_DAY - self.joined_at - timedelta(hours=1)
        return (
            self.joined_at
            + timedelta(hours=1)
            + max(span, timedelta()) * random.random()
        )


def people(count: int) -> Iterator[list[Person]]:
    """Yield the first ``count`` people, in chunks."""
    for start in range(1, count + 1, CHUNK):
        yield [Person(n) for n in range(start, min(start + CHUNK, count + 1))]
