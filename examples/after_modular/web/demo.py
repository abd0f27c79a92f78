"""Demo data: the people that every module's ``demo.py`` makes up the rest for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random

PASSWORD = "inkwell-demo"
CHUNK = 1_000
YEAR = timedelta(days=365)
FIRST_NAMES = ("Ada", "Ben", "Chiara", "Dmitri", "Elif", "Farid", "Grace", "Hana")
LAST_NAMES = ("Abara", "Berg", "Costa", "Demir", "Evans", "Fofanah", "Garcia", "Ito")


@dataclass(frozen=True)
class Person:
    """One of the people of the demo; the same number is always the same person.

    :param number: 1 for the first one.
    :param until: the moment at which the year of the demo ends, in UTC.
    """

    number: int
    until: datetime

    @property
    def since(self) -> datetime:
        """The moment at which the year of the demo begins."""
        return self.until - YEAR

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
        return self.since + YEAR * self.random("joined").random()

    @property
    def confirmed(self) -> bool:
        """Whether they confirmed their address, an hour later."""
        return self.random("confirmed").random() < 0.95

    def random(self, purpose: str) -> Random:
        """Return a source of chance that is theirs and the same each time."""
        return Random(f"{purpose}-{self.number}")

    def moment(self, random: Random) -> datetime:
        """Return a moment between their registration and the end of the demo."""
        first = min(self.joined_at + timedelta(hours=1), self.until)
        return first + (self.until - first) * random.random()


def people(count: int, until: datetime | None = None) -> Iterator[list[Person]]:
    """Yield the first ``count`` people, in chunks.

    :param until: when the year of the demo ends; with this day's first moment in UTC,
        if not given.
    """
    until = until or datetime.combine(datetime.now(UTC), time(), UTC)
    for start in range(1, count + 1, CHUNK):
        numbers = range(start, min(start + CHUNK, count + 1))
        yield [Person(number, until) for number in numbers]
