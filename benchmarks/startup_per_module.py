"""What one more module costs: at the start of the app, and in a request.

The modules are scaffolded, ours with ``flask startapp`` and Shopyo's with ``shopyo
startapp``. Ours has a table, a form and an event; Shopyo's is a page with an empty
model file, which it does not import. So each is also measured with what the other
one holds. Every start is a fresh process with bytecode on disk, and the projects
take turns, so that whatever else the machine does meets all of them alike. Writes
medians to ``docs/_data/startup.json``.
"""

from __future__ import annotations

import argparse
import json
import platform
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import correlation, linear_regression, median
from typing import Any

import psutil
from startup.projects import KINDS, ROOT, Kind, Projects

RESULT = ROOT / "docs/_data/startup.json"
COUNTS = (0, 50, 100, 200, 300)
PACKAGES = ("flask", "sqlalchemy", "werkzeug")

# The starts of each project, in the order they were measured.
Starts = dict[tuple[Kind, int], list[dict[str, float]]]


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        projects = Projects(Path(folder), COUNTS)
        projects.write()
        starts = _measure(projects, arguments.rounds)
        phases = [
            projects.phases(KINDS[0], COUNTS[-1]) for _ in range(arguments.rounds)
        ]
        shopyo = projects.shopyo_version()
    result = {
        "measured": datetime.now(UTC).date().isoformat(),
        "machine": f"{psutil.cpu_count()} cores, {platform.system()}",
        "python": platform.python_version(),
        "versions": {**{name: version(name) for name in PACKAGES}, "shopyo": shopyo},
        "rounds": arguments.rounds,
        "counts": COUNTS,
        "apps": {kind.name: _summary(starts, kind) for kind in KINDS},
        "where_the_time_goes": _breakdown(phases),
    }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


def _measure(projects: Projects, rounds: int) -> Starts:
    starts: Starts = {(kind, count): [] for count in COUNTS for kind in KINDS}
    for number in range(rounds + 1):
        for (kind, count), measured in starts.items():
            start = projects.boot(kind, count)
            if number:  # the first start writes the bytecode
                measured.append(start)
    return starts


def _summary(starts: Starts, kind: Kind) -> dict[str, Any]:
    """Return medians, the cost of a module, and how straight the line is.

    ``linearity`` is the correlation of modules and milliseconds: 1 is a straight line.
    """
    cost = {
        name: [median(start[name] for start in starts[kind, n]) for n in COUNTS]
        for name in ("cpu", "wall", "request")
    }
    return {
        "start_cpu_ms": [round(ms, 1) for ms in cost["cpu"]],
        "start_wall_ms": [round(ms, 1) for ms in cost["wall"]],
        "request_cpu_ms": [round(ms, 3) for ms in cost["request"]],
        "cpu_ms_per_module": round(linear_regression(COUNTS, cost["cpu"]).slope, 3),
        "wall_ms_per_module": round(linear_regression(COUNTS, cost["wall"]).slope, 3),
        "linearity": round(correlation(COUNTS, cost["cpu"]), 4),
        "request_300_to_0": round(cost["request"][-1] / cost["request"][0], 3),
    }


def _breakdown(phases: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Return the medians of CPU milliseconds by phase, with 300 modules."""

    def medians(part: str) -> dict[str, float]:
        return {
            name: round(median(each[part][name] for each in phases), 1)
            for name in phases[0][part]
        }

    return {"start": medians("start"), "first_readyz": medians("first_readyz")}


if __name__ == "__main__":
    main()
