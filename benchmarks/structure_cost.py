"""What the structure costs: CPU per request, modular against monolith.

Both apps and a bare Flask app run side by side under the same server and are asked
in turn, so that whatever else the machine does meets all of them alike. Writes
medians and ratios to ``docs/_data/structure_cost.json``.
"""

from __future__ import annotations

import argparse
import json
import platform
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

import psutil
from server import BARE, MODULAR, MONOLITH, ROOT, App, Server, serve

RESULT = ROOT / "docs/_data/structure_cost.json"
PAGES = {"login": "/auth/login", "blog": "/blog/"}
PACKAGES = ("flask", "sqlalchemy", "gunicorn")
WARM_UP = 50


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--requests", type=int, default=400, help="per page and round")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        servers = [
            stack.enter_context(serve(app, _prepare(app, Path(folder))))
            for app in (BARE, MONOLITH, MODULAR)
        ]
        measured = _measure(servers, arguments.rounds, arguments.requests)
        sizes = {
            f"{server.app.name} {page}": len(server.get(path))
            for server in servers[1:]
            for page, path in PAGES.items()
        }
    result = {
        "measured": datetime.now(UTC).date().isoformat(),
        "machine": f"{psutil.cpu_count()} cores, {platform.system()}",
        "python": platform.python_version(),
        "versions": {name: version(name) for name in PACKAGES},
        "rounds": arguments.rounds,
        "requests_per_round": arguments.requests,
        "bytes": sizes,
        **_summary(measured),
    }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


def _prepare(app: App, folder: Path) -> dict[str, str]:
    """Give the app a database with demo data; return its environment."""
    env = {
        "APP_ENV": "production",
        "SECRET_KEY": "k" * 40,
        "WEBHOOK_SECRET": "whsec_" + "d" * 40,
        "DATABASE_URL": f"sqlite:///{folder / app.name}.db",
        "BASE_URL": "http://127.0.0.1",
        "MAIL_BACKEND": "locmem",
    }
    if app is not BARE:
        app.flask("demo", "--users", "200", env={**env, "APP_ENV": "testing"})
    return env


def _measure(
    servers: list[Server], rounds: int, requests: int
) -> dict[str, list[float]]:
    """Return the CPU milliseconds per request, by app and page, for each round."""
    visits = [
        (server, page, path) for page, path in PAGES.items() for server in servers[1:]
    ]
    visits.insert(0, (servers[0], "hello", "/"))
    measured: dict[str, list[float]] = {}
    for number in range(rounds + 1):
        for server, page, path in visits:
            spent = _cpu_milliseconds(server, path, requests if number else WARM_UP)
            if number:
                measured.setdefault(f"{server.app.name} {page}", []).append(spent)
    return measured


def _cpu_milliseconds(server: Server, path: str, requests: int) -> float:
    before = server.cpu_seconds()
    for _ in range(requests):
        server.get(path)
    return 1000 * (server.cpu_seconds() - before) / requests


def _summary(measured: dict[str, list[float]]) -> dict[str, dict[str, float]]:
    """Return medians, and the medians of the ratios of each round."""

    def ratio(over: str, under: str) -> float:
        pairs = zip(measured[over], measured[under], strict=True)
        return round(median(a / b for a, b in pairs), 3)

    return {
        "cpu_ms_per_request": {
            name: round(median(values), 3) for name, values in measured.items()
        },
        "modular_to_monolith": {
            page: ratio(f"modular {page}", f"monolith {page}") for page in PAGES
        },
        "modular_to_bare": {
            page: ratio(f"modular {page}", "bare hello") for page in PAGES
        },
    }


if __name__ == "__main__":
    main()
