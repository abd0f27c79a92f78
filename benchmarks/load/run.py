"""Load both apps with the visitors of 100,000 users, and write down how they do.

Run from the repository's root: ``python -m benchmarks.load.run``, or ``nox -s load``.
Both apps stand ready, each with its own PostgreSQL, and take turns, so that whatever
else the machine does meets both. Writes ``docs/_data/load.json`` and the plots that
the site shows. With ``--again`` it adds one line to the file, and keeps the rest: so
far is one run from another. With ``--short`` it loads little, writes nothing unless
told where, and fails when something was lost or answered wrongly: for CI.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.load import plots
from benchmarks.load.machine import describe_machine
from benchmarks.load.model import (
    ASSUMPTIONS,
    MAX_CONNECTIONS,
    MIX,
    MIXES,
    RESERVED_CONNECTIONS,
    Activity,
    Demand,
    Deployment,
    Measured,
    capacity,
    cost_of,
    rates,
)
from benchmarks.load.target import ROOT, Target
from benchmarks.load.verdict import carries, gave_way, in_short, merged, problems
from stack import Stack

RESULT = ROOT / "docs/_data/load.json"
PLOTS = ROOT / "docs/_static"
PAGES = {"public": 0.5, "member": 0.5}
TOPOLOGY = {"before": {"instances": 2, "workers": 0, "log_ins": 1}}
TOPOLOGY["after"] = {**TOPOLOGY["before"], "workers": 1}
PEAK = rates(users=100_000, activity="daily")
TABLE: tuple[tuple[int, Activity], ...] = (
    (10_000, "registered"),
    (100_000, "registered"),
    (1_000_000, "registered"),
    (10_000, "daily"),
    (100_000, "daily"),
    (1_000_000, "daily"),
    (1_000, "concurrent"),
    (10_000, "concurrent"),
    (100_000, "concurrent"),
)

Runs = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Plan:
    """How much is done. Rates are requests a second, the rest is seconds.

    :param steps: rates on the way up, tried until one is not carried.
    :param cost_rates: by kind of visit, to find what a request of it costs.
    """

    users: int = 100_000
    sessions: int = 300
    rounds: int = 2
    peak: float = PEAK.peak
    peak_seconds: float = 25
    steps: tuple[float, ...] = (100, 200, 350, 425, 500, 600, 725)
    step_seconds: float = 8
    spike: float = PEAK.spike
    spike_seconds: float = 15
    storm_pages: float = 60
    storm_log_ins: float = ASSUMPTIONS["storm_log_ins"].value
    storm_seconds: float = 8
    cost_rates: tuple[tuple[str, float], ...] = (
        ("public", 80),
        ("member", 80),
        ("write", 40),
        ("log-in", 15),
        ("dashboard", 60),
    )
    cost_seconds: float = 5


SHORT = Plan(
    users=1_000,
    sessions=20,
    rounds=1,
    peak=20,
    peak_seconds=6,
    steps=(),
    spike=0,
    storm_pages=0,
    cost_rates=(("dashboard", 10),),
    cost_seconds=5,
)


def main() -> None:
    """Measure, write, and say what was lost, if anything was."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--short", action="store_true", help="little load, for CI")
    how.add_argument("--again", action="store_true", help="add a line to the file")
    parser.add_argument("--users", type=int, help="people in each database")
    parser.add_argument("--output", type=Path, help=f"instead of {RESULT.name}")
    arguments = parser.parse_args()
    plan = SHORT if arguments.short else Plan()
    plan = replace(plan, users=arguments.users or plan.users)
    output = arguments.output or (None if arguments.short else RESULT)
    began = time.monotonic()
    with two_targets() as targets:
        ground = describe_machine(targets[0].database) | {"plan": asdict(plan)}
        if output and arguments.again:
            refuse_other_ground(ground, output)
        result = ground | measure(plan, targets)
    if plan.steps:
        result["capacity"] = capacity_table(result)
    result["minutes"] = round((time.monotonic() - began) / 60, 1)
    result["runs"] = [in_short(result)]
    if output:
        write(result, output, again=arguments.again)
    if found := problems(result):
        sys.exit("\n".join(["FAILED", *found]))
    say("Nothing was lost, nothing was done twice, nobody saw somebody else's page.")


def refuse_other_ground(ground: dict[str, Any], file: Path) -> None:
    """Exit when a line of this run would say nothing beside those of a file.

    :param ground: the machine, the versions and the plan of this run.
    """
    if not file.exists():
        sys.exit(f"{file} is missing: run without --again first.")
    known = json.loads(file.read_text())
    today = json.loads(json.dumps(ground))
    names = sorted(today.keys() - {"measured"})
    if other := [name for name in names if known.get(name) != today[name]]:
        differing = ", ".join(other)
        sys.exit(f"{file} differs from today in {differing}: run without --again.")


def write(result: dict[str, Any], file: Path, *, again: bool) -> None:
    """Write what was found, or only one line of it below those of the runs before."""
    if again:
        known: dict[str, Any] = json.loads(file.read_text())
        result = known | {"runs": known["runs"] + result["runs"]}
    file.write_text(json.dumps(result, indent=1) + "\n")
    say(f"wrote {file}")
    if file == RESULT and not again:
        plots.draw(result, PLOTS)


@contextmanager
def two_targets() -> Iterator[list[Target]]:
    """Start both apps with all that is around them."""
    with ExitStack() as exits:
        folder = Path(exits.enter_context(tempfile.TemporaryDirectory(prefix="load-")))
        folder.chmod(0o755)  # PostgreSQL may run as a user of its own
        targets = []
        for name, counts in TOPOLOGY.items():
            home = folder / name
            home.mkdir()
            broker = "worker" if counts["workers"] else "embedded"
            stack = Stack(home, app=name, broker=broker, **counts)
            targets.append(Target(name, exits.enter_context(stack), home, **counts))
        yield targets


def measure(plan: Plan, targets: list[Target]) -> dict[str, Any]:
    """Do all of the plan, and return what came of it."""
    say(f"{plan.users} people for each app")
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda target: target.seed(plan.users), targets))
    rows = {target.name: target.database.rows() for target in targets}
    for target in targets:
        target.load(20, 3, sessions=plan.sessions)
    peak = at_the_peak(plan, targets)
    steps = {target.name: step_up(target, plan) for target in targets}
    carried = {name: highest([*runs, *steps[name]]) for name, runs in peak.items()}
    result: dict[str, Any] = {
        "topology": TOPOLOGY,
        "model": the_model(),
        "rows": rows,
        "peak": {name: merged(runs) for name, runs in peak.items()},
        "steps": steps,
        "carried": carried,
        "reserve": {name: round(rate / plan.peak, 1) for name, rate in carried.items()},
        "costs": {target.name: costs(target, plan) for target in targets},
        "memory": {target.name: target.memory() for target in targets},
    }
    if plan.storm_pages:
        result["storm"] = storm(plan, targets)
    if plan.steps:
        result["scaling"] = scaling(targets[-1], plan, carried["after"])
    if plan.spike:
        result["spike"] = {target.name: spike(target, plan) for target in targets}
    result["kept"] = {target.name: target.kept() for target in targets}
    return result


def at_the_peak(plan: Plan, targets: list[Target]) -> Runs:
    """Let both apps carry the peak, in turns."""
    runs: Runs = {target.name: [] for target in targets}
    for seed in range(plan.rounds):
        for target in targets:
            run = one(target, plan.peak, plan.peak_seconds, seed=seed)
            runs[target.name].append(run)
    return runs


def step_up(
    target: Target, plan: Plan, wanted: Callable[[float], bool] = bool
) -> list[dict[str, Any]]:
    """Ask for more and more, until an app does not carry it, twice."""
    steps = []
    for rate in filter(wanted, plan.steps):
        run = one(target, rate, plan.step_seconds)
        if not carries(run):
            run = one(target, rate, plan.step_seconds, seed=2)
        steps.append(run)
        if not carries(run):
            break
    return steps


def highest(runs: list[dict[str, Any]]) -> int:
    """Return the highest rate of these that was carried; 0 if none was."""
    return max((run["asked"] for run in runs if carries(run)), default=0)


def costs(target: Target, plan: Plan) -> dict[str, dict[str, float]]:
    """Return the CPU milliseconds of a request of each kind, by process group."""
    found = {}
    for kind, rate in plan.cost_rates:
        spent = one(target, rate, plan.cost_seconds, mix={kind: 1.0})["cpu_ms"]
        spent.pop("generator")
        found[kind] = spent
    return found


def storm(plan: Plan, targets: list[Target]) -> dict[str, Any]:
    """Measure pages without log-ins beside them, and with many, in two places."""

    def pages(target: Target, log_ins: float, seed: int) -> dict[str, Any]:
        seconds = plan.storm_seconds
        return one(
            target, plan.storm_pages, seconds, mix=PAGES, storm=log_ins, seed=seed
        )

    runs: dict[str, Runs] = {target.name: {} for target in targets}
    for seed in range(plan.rounds):
        for target in targets:
            quiet = pages(target, 0, seed)
            apart = pages(target, plan.storm_log_ins, seed)
            with target.without("log-ins-1"):
                among = pages(target, plan.storm_log_ins, seed)
            found = {"quiet": quiet, "apart": apart, "among": among}
            for name, run in found.items():
                runs[target.name].setdefault(name, []).append(run)
    found = {
        target: {name: merged(found) for name, found in cases.items()}
        for target, cases in runs.items()
    }
    for cases in found.values():
        for name in ("apart", "among"):
            ratio = cases[name]["pages_p95"] / cases["quiet"]["pages_p95"]
            cases[name]["to_quiet"] = round(ratio, 1)
    return found


def scaling(target: Target, plan: Plan, carried: float) -> dict[str, Any]:
    """Return what one instance carries, and what two do."""
    with target.without("app-2"):
        steps = step_up(target, plan, lambda rate: rate >= carried / 4)
    return {"1": highest(steps), "2": carried, "steps": steps}


def spike(target: Target, plan: Plan) -> dict[str, Any]:
    """Ask for the spike, and see what gives way first."""
    run = one(target, plan.spike, plan.spike_seconds)
    return run | {"gave_way": gave_way(run)}


def one(target: Target, rate: float, seconds: float, **options: Any) -> dict[str, Any]:
    """Load an app once, and say how it went."""
    run = target.load(rate, seconds, **options) | {"asked": round(rate)}
    note = ", ".join(f"{kind}: {count}" for kind, count in run["errors"].items())
    say(
        f"{target.name:<7}{rate:6.0f}/s: {run['rate']:6.1f}/s, p50 {run['p50']:.0f},"
        f" p95 {run['p95']:.0f} ms, {sum(run['cores'].values()):.2f} cores {note}"
    )
    if not carries(run):
        target.settle()  # what still waits must not disturb the next one
    return run


def the_model() -> dict[str, Any]:
    """Return the model as the site shows it."""
    activities: tuple[Activity, ...] = ("registered", "daily", "concurrent")
    return {
        "assumptions": {name: row._asdict() for name, row in ASSUMPTIONS.items()},
        "mix": MIX,
        "rates": {
            activity: {
                name: round(rate)
                for name, rate in rates(users=100_000, activity=activity)
                ._asdict()
                .items()
            }
            for activity in activities
        },
    }


def capacity_table(result: dict[str, Any]) -> dict[str, Any]:
    """Return what the capacity page computes with, and its table."""
    kinds = {kind: result["costs"]["after"][kind] for kind in MIX}
    groups = next(iter(kinds.values()))
    measured = Measured(
        costs=kinds,
        rate=result["carried"]["after"],
        cores=result["cores"],
    )
    deployment = Deployment(cores=result["cores"])
    predicted = sum(cost_of(mix=MIX, costs=kinds, group=group) for group in groups)
    at_peak = result["peak"]["after"]["cpu_ms"]
    rows = [
        {"users": users, "activity": activity}
        | asdict(
            capacity(
                demand=Demand(users=users, activity=activity, mix=MIX),
                measured=measured,
                deployment=deployment,
            )
        )
        for users, activity in TABLE
    ]
    return {
        "measured": asdict(measured),
        "mixes": MIXES,
        "defaults": {name: row.value for name, row in ASSUMPTIONS.items()},
        "deployment": asdict(deployment),
        "postgresql": {
            "max_connections": MAX_CONNECTIONS,
            "reserved": RESERVED_CONNECTIONS,
        },
        "predicted_ms": round(predicted, 2),
        "measured_ms": round(sum(at_peak[group] for group in groups), 2),
        "rows": rows,
    }


def say(text: str) -> None:
    """Tell whoever waits how far it is."""
    print(f"{time.strftime('%H:%M:%S')}  {text}", flush=True)


if __name__ == "__main__":
    main()
