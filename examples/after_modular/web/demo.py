"""Demo data: the users for whom each module's ``demo.py`` adds data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random

PASSWORD = "inkwell-demo"
CHUNK = 1_000
YEAR = timedelta(days=365)
ADMIN = "admin@example.com"
FIRST_NAMES = (
    *("Ada", "Amara", "Ben", "Chiara", "Dmitri", "Elif", "Emil", "Farid", "Grace"),
    *("Hana", "Ines", "Jun", "Kofi", "Lena", "Maya", "Nils", "Omar", "Priya", "Rosa"),
    *("Sami", "Tove", "Uma", "Viktor", "Yara"),
)
LAST_NAMES = (
    *("Abara", "Berg", "Costa", "Demir", "Evans", "Fofanah", "Garcia", "Haas", "Ito"),
    *("Jensen", "Kaya", "Lindqvist", "Moreau", "Nakamura", "Okafor", "Petrov"),
    *("Quinn", "Rossi", "Santos", "Tanaka", "Varga", "Weber", "Yilmaz"),
)


@dataclass(frozen=True)
class DemoUser:
    """A demo user; the same number always gives the same user.

    :param number: the number of the user, from 1; 0 is the admin, who has some of
        everything, so that every page shows something.
    :param until: the end of the demo year, in UTC.
    """

    number: int
    until: datetime

    @property
    def since(self) -> datetime:
        """The start of the demo year."""
        return self.until - YEAR

    @property
    def is_admin(self) -> bool:
        """Whether this is the admin."""
        return self.number == 0

    @property
    def email(self) -> str:
        """The email address, in a domain reserved for examples."""
        if self.is_admin:
            return ADMIN
        return f"user{self.number:06d}@example.com"

    @property
    def name(self) -> str:
        """The full name."""
        random = self.random("name")
        return f"{random.choice(FIRST_NAMES)} {random.choice(LAST_NAMES)}"

    @property
    def joined_at(self) -> datetime:
        """The time of the sign-up."""
        if self.is_admin:
            return self.since
        return self.since + YEAR * self.random("joined").random()

    @property
    def confirmed(self) -> bool:
        """Whether the user confirmed the address, an hour after the sign-up."""
        return self.is_admin or self.random("confirmed").random() < 0.95

    def random(self, purpose: str) -> Random:
        """Return a random number generator seeded with the user and a purpose."""
        return Random(f"{purpose}-{self.number}")

    def moment(self, random: Random) -> datetime:
        """Return a random time between the confirmation and the end of the demo."""
        first = min(self.joined_at + timedelta(hours=1), self.until)
        return first + (self.until - first) * random.random()


def demo_users(count: int, until: datetime | None = None) -> Iterator[list[DemoUser]]:
    """Yield the admin and the first ``count`` demo users, in chunks of 1,000.

    :param until: the end of the demo year; by default the start of today in UTC.
    """
    until = until or datetime.combine(datetime.now(UTC), time(), UTC)
    for start in range(0, count + 1, CHUNK):
        numbers = range(start, min(start + CHUNK, count + 1))
        yield [DemoUser(number, until) for number in numbers]
