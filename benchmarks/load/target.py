"""An app with all that is around it, ready to be loaded and watched."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from benchmarks.load.database import Database
from benchmarks.load.model import MIX
from stack import Process, Stack

ROOT = Path(__file__).parents[2]
LOCUSTFILE = Path(__file__).with_name("locustfile.py")
# What a process is for, by the beginning of its name.
GROUPS = {
    "app": "app",
    "log-ins": "log-ins",
    "worker": "workers",
    "postgres": "database",
    "redis": "redis",
    "proxy": "proxy",
}
POOL_WAITED_IN_VAIN = "QueuePool limit"
PATIENCE = 60  # seconds until all is done and every event delivered
IDLE = 0.1  # busy cores

Seconds = dict[str, float]  # by process group


@dataclass
class Target:
    """One of the two apps under load.

    :param name: ``before``, the monolith, or ``after``, the modular app.
    :param log_ins: processes that serve nothing but the forms with a password.
    """

    name: str
    stack: Stack
    folder: Path
    instances: int
    workers: int
    log_ins: int
    written: list[str] = field(default_factory=list)
    registered: list[str] = field(default_factory=list)
    mark: str = ""

    @property
    def database(self) -> Database:
        """Its database."""
        return Database(self.name, self.stack.database_url)

    @property
    def world(self) -> Path:
        """The file that tells the load generator who is there."""
        return self.folder / "world.json"

    def seed(self, users: int) -> None:
        """Fill the database with a year of ``users`` people."""
        self.stack.flask("demo", "--users", str(users))
        self.database.age()
        self.mark = self.database.describe_world(self.world)

    def load(
        self,
        rate: float,
        seconds: float,
        *,
        mix: Mapping[str, float] = MIX,
        warm_up: float = 2,
        storm: float = 0,
        sessions: int = 0,
        seed: int = 1,
    ) -> dict[str, Any]:
        """Send ``rate`` requests a second; return what they and the processes did.

        :param mix: the share of each kind of visit.
        :param storm: log-ins a second on top of that.
        :param sessions: how many people to log in beforehand, at least.
        :param seed: the same one sends the same visitors at the same moments.
        """
        options = {
            "world": self.world,
            "rate": rate,
            "seconds": seconds,
            "mix": json.dumps(mix),
            "warm-up": warm_up,
            "storm": storm,
            "sessions": sessions,
            "seed": seed,
        }
        before, waits = self.cpu_seconds(), self._waits_in_vain()
        report = self._run_locust(options)
        self._deliver_events()
        after = self.cpu_seconds()
        spent = {group: after[group] - before[group] for group in after}
        spent["generator"] = report.pop("generator_cpu")
        elapsed = report.pop("elapsed")  # overload takes longer than was planned
        return {
            **report,
            "cores": _rounded(spent, 1 / elapsed),
            "cpu_ms": _rounded(spent, 1000 / max(1, report["requests"])),
            "pool_waits": self._waits_in_vain() - waits,
        }

    def cpu_seconds(self) -> Seconds:
        """Return the CPU time that each group of processes has used."""
        used: Seconds = {}
        for group, process in self._processes():
            used[group] = used.get(group, 0) + _cpu_seconds(process.pid)
        return used

    def settle(self) -> None:
        """Wait until its processes have done what an overload has left them."""
        for _ in range(PATIENCE):
            before = sum(self.cpu_seconds().values())
            time.sleep(1)
            if sum(self.cpu_seconds().values()) - before < IDLE:
                return

    def memory(self) -> float:
        """Return the megabytes that one process of the app has for itself."""
        family = _family(self.stack["app-1"].pid)
        return round(sum(member.memory_full_info().uss for member in family) / 1e6)

    def kept(self) -> dict[str, int]:
        """Compare what the app has promised to all visitors with the database."""
        found = self.database.compare(self.mark, self.written, self.registered)
        if self.name == "after":
            states = self.database.outbox()
            delivered = states.pop("COMPLETED", 0)
            found |= {
                "delivered": delivered,
                "undelivered": sum(states.values()),
                "miscounted": self.database.miscounted_posts(),
            }
        return found

    @contextmanager
    def without(self, *names: str) -> Iterator[None]:
        """Stop some of the processes for the time being."""
        for name in names:
            self.stack[name].stop()
        yield
        for name in names:
            self.stack[name].start()

    def _run_locust(self, options: Mapping[str, object]) -> dict[str, Any]:
        """Run the load generator; keep what it was promised, return the rest."""
        report = self.folder / "report.json"
        report.unlink(missing_ok=True)
        command = [sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), "--headless"]
        command += ["--users", "1", "--host", self.stack.url, "--only-summary"]
        for name, value in options.items():
            command += [f"--{name}", str(value)]
        command += ["--report", str(report)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if not report.exists():
            raise RuntimeError(f"The load generator failed:\n{done.stderr[-3000:]}")
        measured: dict[str, Any] = json.loads(report.read_text())
        self.written += measured.pop("written")
        self.registered += measured.pop("registered")
        world = json.loads(self.world.read_text())
        # The next run goes on with the same sessions, and counts from where this ended.
        world |= {
            name: measured.pop(name) for name in ("logged_in", "admin", "counter")
        }
        self.world.write_text(json.dumps(world))
        return measured

    def _deliver_events(self) -> None:
        """Wait until all that was published has arrived."""
        deadline = time.monotonic() + PATIENCE
        while self.name == "after" and time.monotonic() < deadline:
            states = self.database.outbox()
            if not states.get("PENDING") and not states.get("PROCESSING"):
                return
            time.sleep(0.2)

    def _processes(self) -> Iterator[tuple[str, Process]]:
        counts = {
            "app": self.instances,
            "log-ins": self.log_ins,
            "worker": self.workers,
        }
        names = [
            f"{name}-{n + 1}" for name, count in counts.items() for n in range(count)
        ]
        for name in [*names, "postgres", "redis", "proxy"]:
            process = self.stack[name]
            if process.running:
                yield GROUPS[name.rstrip("-0123456789")], process

    def _waits_in_vain(self) -> int:
        """Return how often a request got no connection of the pool in time."""
        logs = self.stack.folder.glob("app-*.log")
        return sum(
            log.read_text(errors="replace").count(POOL_WAITED_IN_VAIN) for log in logs
        )


def _family(pid: int) -> list[psutil.Process]:
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def _cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process, of its children, and of those that are gone."""
    parent, *children = _family(pid)
    used = sum(parent.cpu_times()[:4])  # with what ended children have used
    for child in children:
        try:
            used += sum(child.cpu_times()[:2])
        except psutil.NoSuchProcess:
            continue
    return used


def _rounded(seconds: Seconds, factor: float) -> dict[str, float]:
    return {group: round(value * factor, 3) for group, value in seconds.items()}
