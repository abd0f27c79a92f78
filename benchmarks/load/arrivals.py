"""When visitors come: independent of one another, and of how the app is doing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import NamedTuple

from .visits import VISITS, Kind


class Arrival(NamedTuple):
    """A visit that is going to happen: seconds after the start."""

    moment: float
    kind: Kind


def timetable(
    rate: float, mix: Mapping[str, float], seconds: float, random: Random
) -> Iterator[Arrival]:
    """Yield the arrivals of independent visitors, ``rate`` requests a second."""
    kinds = [(share, kind) for name, share in mix.items() for kind in VISITS[name]]
    # A visit of three requests comes a third as often as its share of the requests.
    weights = [share * kind.weight / kind.requests for share, kind in kinds]
    visits_per_second = rate * sum(weights) / sum(mix.values())
    moment = 0.0
    while visits_per_second:
        moment += random.expovariate(visits_per_second)
        if moment > seconds:
            return
        yield Arrival(moment, random.choices(kinds, weights)[0][1])
