"""The capacity page computes what the Python model computes."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import asdict
from pathlib import Path
from random import Random

import pytest
from benchmarks.load.model import (
    MAX_CONNECTIONS,
    MIXES,
    RESERVED_CONNECTIONS,
    Demand,
    Deployment,
    Measured,
    capacity,
)

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "docs" / "_static" / "capacity.js"
GROUPS = ("app", "log-ins", "workers", "database", "redis", "proxy")
KINDS = ("public", "member", "write", "log-in")
INPUTS = 500
RUN = """
const { capacity } = require(process.argv[1]);
const cases = JSON.parse(require("fs").readFileSync(0));
const found = cases.map((each) =>
  capacity(each.demand, each.measured, each.deployment, each.postgresql));
console.log(JSON.stringify(found));
"""


def a_mix(random: Random) -> dict[str, float]:
    parts = [random.random() for _ in KINDS]
    return {kind: part / sum(parts) for kind, part in zip(KINDS, parts, strict=True)}


def a_case(number: int) -> tuple[Demand, Measured, Deployment]:
    """Return the inputs of one comparison: wild ones, and the same each time."""
    random = Random(number)
    demand = Demand(
        users=int(10 ** random.uniform(0, 7)) * random.randint(0, 9),
        activity=random.choice(["registered", "daily", "concurrent"]),
        mix=random.choice([*MIXES.values(), a_mix(random)]),
        requests_per_day=random.choice([50, random.uniform(1, 500)]),
        peak_factor=random.uniform(1, 10),
        spike_factor=random.uniform(1, 10),
        think_time=random.choice([10, 30, 300]),
        daily_share=random.uniform(0.01, 1),
    )
    costs = {
        kind: {group: random.uniform(0, 9) for group in GROUPS if random.random() < 0.9}
        for kind in KINDS
    }
    measured = Measured(
        costs=costs, rate=random.uniform(50, 900), cores=random.choice([2, 4])
    )
    deployment = Deployment(
        cores=random.choice([1, 2, 4, 64]),
        speed=random.choice([1.0, 0.5, 2.5]),
        connections=random.randint(1, 20),
        utilization=random.uniform(0.3, 0.9),
    )
    return demand, measured, deployment


def at_the_limit(processes: int) -> tuple[Demand, Measured, Deployment]:
    """Return inputs with a connection for each process, two of them not the app's."""
    demand = Demand(
        users=processes - 2, activity="concurrent", mix={"public": 1.0}, think_time=1
    )
    measured = Measured(costs={"public": {"app": 1000.0}}, rate=9, cores=2)
    return demand, measured, Deployment(connections=1, utilization=1.0)


def in_the_browsers_language(cases: list[dict[str, object]]) -> list[dict[str, object]]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node.js is not installed")
    done = subprocess.run(
        [node, "-e", RUN, str(SCRIPT)],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, object]] = json.loads(done.stdout)
    return found


def test_both_compute_the_same():
    room = MAX_CONNECTIONS - RESERVED_CONNECTIONS
    cases = [a_case(number) for number in range(INPUTS)]
    cases += [at_the_limit(room + more) for more in (-1, 0, 1)]
    postgresql = {"max_connections": MAX_CONNECTIONS, "reserved": RESERVED_CONNECTIONS}
    found = in_the_browsers_language(
        [
            {
                "demand": asdict(demand),
                "measured": asdict(measured),
                "deployment": asdict(deployment),
                "postgresql": postgresql,
            }
            for demand, measured, deployment in cases
        ]
    )
    assert [each["pgbouncer"] for each in found[INPUTS:]] == [False, False, True]
    for (demand, measured, deployment), theirs in zip(cases, found, strict=True):
        ours = asdict(capacity(demand=demand, measured=measured, deployment=deployment))
        assert tuple(theirs.pop("extrapolated")) == ours.pop("extrapolated")
        assert theirs == pytest.approx(ours, rel=1e-9), demand
