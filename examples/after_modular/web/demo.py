"""Demo data: the users for whom each module's ``demo.py`` adds data."""

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
class DemoUser:
    """A demo user; the same number always gives the same user.

    :param number: the number of the user, from 1.
    :param until: the end of the demo year, in UTC.
    """

    number: int
    until: datetime

    @property
    def since(self) -> datetime:
        """The start of the demo year."""
        return self.until - YEAR

    @property
    def email(self) -> str:
        """The email address, in a domain reserved for examples."""
        return f"user{self.number:06d}@example.com"

    @property
    def name(self) -> str:
        """The full name."""
        random = self.random("name")
        return f"{random.choice(FIRST_NAMES)} {random.choice(LAST_NAMES)}"

    @property
    def joined_at(self) -> datetime:
        """The time of the sign-up."""
        return self.since + YEAR * self.random("joined").random()

    @property
    def confirmed(self) -> bool:
        """Whether the user confirmed the address, an hour after the sign-up."""
        return self.random("confirmed").random() < 0.95

    def random(self, purpose: str) -> Random:
        """Return a random number generator seeded with the user and a purpose."""
        return Random(f"{purpose}-{self.number}")

    def moment(self, random: Random) -> datetime:
        """Return a random time between the confirmation and the end of the demo."""
        first = min(self.joined_at + timedelta(hours=1), self.until)
        return first + (self.until - first) * random.random()


def demo_users(count: int, until: datetime | None = None) -> Iterator[list[DemoUser]]:
    """Yield the first ``count`` demo users, in chunks of 1,000.

    :param until: the end of the demo year; by default the start of today in UTC.
    """
    until = until or datetime.combine(datetime.now(UTC), time(), UTC)
    for start in range(1, count + 1, CHUNK):
        numbers = range(start, min(start + CHUNK, count + 1))
        yield [DemoUser(number, until) for number in numbers]
