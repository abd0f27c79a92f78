"""Measure what it costs that billing runs in processes of its own.

Run from the repository's root: ``python -m benchmarks.extraction.run``, or
``nox -s extraction``. Two stacks run side by side, one with billing in it and one
without, and are asked for the same pages in turn. Writes
``docs/_data/extraction.json``.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import secrets
import subprocess
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from benchmarks.load.machine import processor
from stack import Stack
from tests.visitor import Visitor

ROOT = Path(__file__).parents[2]
RESULT = ROOT / "docs/_data/extraction.json"
ADMIN = "admin@example.com"
# A page, and whether it is an admin's.
PAGES = {
    "blog": ("/blog/", False),
    "plans": ("/billing/plans", False),
    "dashboard": ("/dashboard/", True),
    "account": ("/auth/account", True),
    "subscription": ("/billing/", True),
    "admin": ("/admin/", True),
}
CALL = re.compile(r'^http_requests_total\{.*route="/internal/api/.*\} ([0-9.]+)$', re.M)
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Site:
    """A running stack, with somebody who is logged in and somebody who is not."""

    stack: Stack
    servers: tuple[str, ...]
    member: Visitor
    stranger: Visitor

    def open(self, page: str) -> float:
        """Open a page; return how long that took, in milliseconds."""
        path, is_members = PAGES[page]
        visitor = self.member if is_members else self.stranger
        started = time.perf_counter()
        answer = visitor.get(path)
        taken = (time.perf_counter() - started) * 1000
        if answer.status != 200 or answer.path != path:
            raise SystemExit(f"{path} answered {answer.status} at {answer.path}.")
        return taken

    def calls(self) -> float:
        """Return how many calls its processes have answered to each other."""
        return sum(map(self._calls_to, self.servers))

    def _calls_to(self, server: str) -> float:
        command = self.stack[server].command
        port = next(word for word in command if word.startswith("--port="))[7:]
        with OPENER.open(f"http://127.0.0.1:{port}/metrics") as response:
            return sum(map(float, CALL.findall(response.read().decode())))


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--requests", type=int, default=20, help="of a page, a round")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="together-") as one,
        tempfile.TemporaryDirectory(prefix="apart-") as two,
        Stack(Path(one), instances=1, broker="celery", workers=1) as together,
        Stack(
            Path(two), instances=1, broker="celery", workers=1, extracted="billing"
        ) as apart,
    ):
        sites = [
            _open_site(together, "app-1"),
            _open_site(apart, "app-1", "billing-1"),
        ]
        result = {
            **_describe(),
            "pages": {
                page: _measure(page, *sites, options.rounds, options.requests)
                for page in PAGES
            },
        }
    RESULT.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result["pages"], indent=2))


def _open_site(stack: Stack, *servers: str) -> Site:
    password = secrets.token_urlsafe()
    stack.flask("create-admin", ADMIN, "--password", password)
    member = Visitor(stack.url)
    member.submit("/auth/login", email=ADMIN, password=password)
    return Site(stack, servers, member, Visitor(stack.url))


def _measure(
    page: str, together: Site, apart: Site, rounds: int, requests: int
) -> dict[str, Any]:
    """Ask both in turn; the median of the rounds' medians counts."""
    for site in (together, apart):
        site.open(page)
    before = apart.calls()
    taken: dict[str, list[float]] = {"together": [], "apart": []}
    for _ in range(rounds):
        for name, site in (("together", together), ("apart", apart)):
            taken[name].append(median(site.open(page) for _ in range(requests)))
    calls = (apart.calls() - before) / (rounds * requests)
    one, two = (median(taken[name]) for name in ("together", "apart"))
    return {
        "path": PAGES[page][0],
        "calls": round(calls, 2),
        "together_ms": round(one, 1),
        "apart_ms": round(two, 1),
        "ratio": round(median(b / a for a, b in zip(*taken.values(), strict=True)), 2),
    }


def _describe() -> dict[str, Any]:
    cores = psutil.cpu_count() or 1
    memory = round(psutil.virtual_memory().total / 2**30)
    packages = ("flask", "sqlalchemy", "granian", "celery")
    nginx = subprocess.run(["nginx", "-v"], capture_output=True, text=True).stderr
    return {
        "measured": datetime.now(UTC).date().isoformat(),
        "machine": f"{cores} cores ({processor()}), {memory} GB, {platform.system()}",
        "python": platform.python_version(),
        "versions": {
            **{name: version(name) for name in packages},
            "nginx": nginx.strip().rpartition("/")[2],
        },
    }


if __name__ == "__main__":
    main()
