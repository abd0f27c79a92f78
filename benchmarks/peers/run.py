"""Start an app with each peer, and write down what it took and what came of it.

Run from the repository's root: ``python -m benchmarks.peers.run``, or ``nox -s peers``.
Each round walks all roads, in another order, from an empty directory; a first round
that is not counted fills the package cache. Writes ``docs/_data/peers.json``. A peer
that fails is written down with its error.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from benchmarks.load.machine import processor
from benchmarks.peers.definitions import PEERS, ROOT
from benchmarks.peers.live import measure
from benchmarks.peers.peer import GOALS, Peer
from benchmarks.peers.project import FailedError, Project
from benchmarks.peers.road import Seconds, walk
from tests.environment import TOOL

RESULT = ROOT / "docs/_data/peers.json"
VERSION = "import sys, importlib.metadata as m; print(m.version(sys.argv[1]))"


def main() -> None:
    """Walk, measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=PEERS, default=list(PEERS))
    parser.add_argument("--output", type=Path, default=RESULT)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="peers-") as name:
        # A cache of our own: what uv keeps ready for one command must not help another.
        os.environ["UV_CACHE_DIR"] = str(Path(name) / "cache")
        peers = {name: PEERS[name] for name in arguments.only}
        session = Session(Path(name), peers)
        session.walk(arguments.rounds)
        session.run_tests()
        session.measure(arguments.rounds)
    result = {
        "measured": datetime.now(UTC).date().isoformat(),
        **machine(),
        "installer": TOOL,
        "rounds": arguments.rounds,
        "peers": session.figures,
        "holds": verdict(session.figures),
    }
    text = json.dumps(result, indent=2) + "\n"
    arguments.output.write_text(text)
    print(text)


class Session:
    """What was seen of each peer so far."""

    def __init__(self, folder: Path, peers: dict[str, Peer]) -> None:
        self._folder = folder
        self._peers = peers
        self._projects: dict[str, Project] = {}
        self.figures = {name: describe(peer) for name, peer in peers.items()}

    def walk(self, rounds: int) -> None:
        """Walk each road, as often as there are rounds, and once before."""
        walked: dict[str, list[Seconds]] = {name: [] for name in self._peers}
        took: dict[str, list[dict[str, float]]] = {name: [] for name in self._peers}
        for number in range(rounds + 1):
            for name in _rotated(list(self._peers), number):
                if "error" in self.figures[name]:
                    continue
                # Or its tool would be there already, and no other's is.
                shutil.rmtree(self._folder / "cache/environments-v2", True)
                folder = self._folder / f"{name}-{number}"
                try:
                    project, seconds = walk(self._peers[name], folder)
                except (FailedError, LookupError) as error:
                    self.figures[name]["error"] = str(error)
                    print(f"{name}: {error}", flush=True)
                    continue
                print(f"{name}: {seconds}", flush=True)
                if number:
                    walked[name].append(seconds)
                    took[name].append(project.took)
                self._keep(name, project)
        for name, found in walked.items():
            if found and "error" not in self.figures[name]:
                self.figures[name]["seconds"] = _medians(found)
                self.figures[name]["took"] = _medians(took[name])
                self.figures[name]["version"] = self._version(name)

    def run_tests(self) -> None:
        """Run the tests that each peer ships or has generated, and count them."""
        for name, project in self._projects.items():
            *before, last = project.peer.tests or ("",)
            if not last:
                continue
            figures = self.figures[name]
            try:
                for command in before:
                    project.type(command)
                _, output = project.type(f"{last} || true")
            except FailedError as error:
                figures["tests"] = {"command": last, "error": str(error)}
            else:
                figures["tests"] = {"command": last, **counted(output)}
            print(f"{name}: {figures['tests']}", flush=True)

    def measure(self, rounds: int) -> None:
        """Measure the apps that can be served as in production."""
        live = {
            n: project for n, project in self._projects.items() if project.peer.live
        }
        for name, found in measure(live, rounds + 2).items():
            if "error" in found:
                found = {"live_error": found["error"]}
            self.figures.setdefault(name, {"name": "Bare Flask"}).update(found)

    def _keep(self, name: str, project: Project) -> None:
        if old := self._projects.get(name):
            shutil.rmtree(old.root)
        self._projects[name] = project

    def _version(self, name: str) -> str:
        project = self._projects[name]
        package, peer = project.peer.package, project.peer.name.lower()
        found = project.type(f"python -c '{VERSION}' {package}")[1].strip()
        return found if package in peer or peer in package else f"({package} {found})"


def describe(peer: Peer) -> dict[str, Any]:
    """Return what can be said before anything is measured."""
    goals = [goal for goal in GOALS if _has(peer, goal)]
    return {
        "name": peer.name,
        "note": peer.note,
        # The server is a command, too; and so is it to open a file and to write in it.
        "commands": {
            goal: len(peer.typed(goal)) + (goal != "module") for goal in goals
        },
        "lines_by_hand": {
            goal: sum(step.edits for step in peer.typed(goal)) for goal in goals
        },
    }


def _has(peer: Peer, goal: str) -> bool:
    return {"page": True, "admin": bool(peer.panel), "module": bool(peer.own)}[goal]


def counted(output: str) -> dict[str, int]:
    """Return how many tests passed, failed, and broke before they began."""
    if ran := re.search(r"^Ran (\d+) tests?", output, re.MULTILINE):
        bad = sum(map(int, re.findall(r"(?:failures|errors)=(\d+)", output)))
        return {"passed": int(ran[1]) - bad, "failed": bad}
    found = {
        kind: int(n) for n, kind in re.findall(r"(\d+) (passed|failed|error)", output)
    }
    failed = found.get("failed", 0) + found.get("error", 0)
    return {"passed": found.get("passed", 0), "failed": failed}


def verdict(figures: dict[str, Any]) -> dict[str, bool]:
    """Tell whether ours takes the fewest commands, and the least time, to an admin."""
    arrived = {
        name: found
        for name, found in figures.items()
        if "admin" in found.get("seconds", {})
    }
    ours, others = arrived.pop("ours", None), arrived.values()
    if not ours:
        return {"fewer_commands": False, "shorter_time": False}
    return {
        "fewer_commands": all(
            ours["commands"]["admin"] < other["commands"]["admin"] for other in others
        ),
        "shorter_time": all(
            ours["seconds"]["admin"] < other["seconds"]["admin"] for other in others
        ),
    }


def machine() -> dict[str, str]:
    """Return what was measured on; nothing that tells whose machine it is."""
    memory = round(psutil.virtual_memory().total / 2**30)
    cores = f"{psutil.cpu_count()} cores ({processor()}), {memory} GB"
    return {
        "machine": f"{cores}, {platform.system()}",
        "python": platform.python_version(),
    }


def _medians(found: Sequence[Mapping[Any, float]]) -> dict[Any, float]:
    return {
        name: round(median(seconds[name] for seconds in found), 1) for name in found[0]
    }


def _rotated(names: list[str], by: int) -> list[str]:
    by %= len(names)
    return names[by:] + names[:by]


if __name__ == "__main__":
    main()
