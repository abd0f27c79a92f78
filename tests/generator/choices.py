"""The choices that are tried: profiles, databases and modules, in every pair."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import yaml

from tests.terminal import ROOT

QUESTIONS = yaml.safe_load((ROOT / "copier.yml").read_text("utf-8"))
OPTIONAL = tuple(QUESTIONS["optional"]["default"])
PROFILES: dict[str, list[str]] = QUESTIONS["profiles"]["default"]
LAYERS = PROFILES["distributed"]


@dataclass(frozen=True)
class Choice:
    """Answers to the questions that decide what an app contains.

    :param modules: the modules besides auth.
    """

    profile: str
    database: str
    modules: tuple[str, ...]

    @property
    def answers(self) -> dict[str, str]:
        """The answers as Copier takes them."""
        modules = ",".join(("auth", *self.modules))
        return {"profile": self.profile, "database": self.database, "modules": modules}

    @property
    def factors(self) -> tuple[object, ...]:
        """The decisions that the choice is made of."""
        return (self.profile, self.database, *(m in self.modules for m in OPTIONAL))

    def __str__(self) -> str:
        return "-".join((self.profile, self.database, "auth", *self.modules))


# Any two decisions occur together in one of these. The first ones are tried wholly in
# each run, the others with --choices=all.
CHOICES = [
    Choice("starter", "sqlite", ()),
    Choice("production", "sqlite", OPTIONAL),
    Choice("distributed", "postgresql", ("admin", "blog")),
    Choice("distributed", "postgresql", ("billing", "dashboard", "notifications")),
    Choice("production", "postgresql", ("blog", "dashboard")),
    Choice("starter", "postgresql", ("admin", "billing", "blog", "notifications")),
    Choice("production", "postgresql", ("admin", "notifications")),
    Choice("distributed", "sqlite", ("admin", "billing")),
    Choice("starter", "sqlite", ("admin", "blog", "dashboard", "notifications")),
    Choice("starter", "sqlite", OPTIONAL),
    Choice("distributed", "sqlite", ("notifications",)),
    Choice("production", "sqlite", ("billing",)),
]
FEW = CHOICES[:3]


def pairs(choices: list[Choice]) -> set[object]:
    """Return every two decisions that occur together in one of the choices."""
    return {
        pair
        for choice in choices
        for pair in combinations(enumerate(choice.factors), 2)
    }
