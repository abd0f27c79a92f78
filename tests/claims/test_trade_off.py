"""The trade-off: what the structure costs, as ratios of the modular app to the other.

Both apps are measured in turn, so that whatever else the machine does meets both. The
time of a request is measured under a server, by `nox -s bench`. Tests, migrations and
the tools, which no server loads, are not counted. What the monolith does not do, such
as events that survive, counts apart: it is no cost of the structure.
"""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median

from .conftest import Recorder
from .copies import FOLDERS, ROOT, must, python
from .test_structure import TOOLS, sources

ROUNDS = 7
PRODUCTION = ("outbox", "deliveries", "dispatchers", "operations", "remote")
START = """
import json, time
start = time.process_time()
import app
getattr(app, "create_app", lambda: app.app)()
spent = time.process_time() - start
import psutil
print(json.dumps([spent, psutil.Process().memory_info().rss]))
"""


def start(app: str, database: Path) -> list[float]:
    """Start an app; return the CPU seconds and the bytes of memory that it took."""
    env = {"DATABASE_URL": f"sqlite:///{database}", "APP_ENV": "testing"}
    printed = must(python("-c", START, folder=FOLDERS[app], env=env))
    return list(map(float, json.loads(printed.splitlines()[-1])))


def count(path: Path) -> int:
    """Return how many lines a file has."""
    return len(path.read_text(encoding="utf-8").splitlines())


def test_what_the_structure_costs(tmp_path: Path, record: Recorder) -> None:
    everything = {app: sources(app) for app in FOLDERS}
    layers = [("kernel", layer) for layer in PRODUCTION]
    production = [
        path
        for path in everything["after"]
        if path.relative_to(FOLDERS["after"]).parts[:2] in layers
    ]
    tools = [
        path
        for layer in TOOLS
        for path in (FOLDERS["after"] / "kernel" / layer).rglob("*.py")
    ]
    assert production
    assert tools
    files = {
        app: [p for p in everything[app] if p not in production] for app in FOLDERS
    }
    lines = {app: sum(map(count, paths)) for app, paths in files.items()}
    rounds = [
        {app: start(app, tmp_path / "app.db") for app in FOLDERS} for _ in range(ROUNDS)
    ]

    def ratio(which: int) -> float:
        each = (pair["after"][which] / pair["before"][which] for pair in rounds)
        return round(median(each), 2)

    cost = json.loads((ROOT / "docs/_data/structure_cost.json").read_text())
    measured = {
        "monolith_lines": lines["before"],
        "modular_lines": lines["after"],
        "lines_ratio": round(lines["after"] / lines["before"], 2),
        "modular_production_lines": sum(map(count, production)),
        "modular_tools_lines": sum(map(count, tools)),
        **{
            f"modular_{part}_lines": sum(
                count(path)
                for path in files["after"]
                if path.is_relative_to(FOLDERS["after"] / part)
            )
            for part in ("kernel", "web", "modules")
        },
        "monolith_files": len(files["before"]),
        "modular_files": len(files["after"]),
        "files_ratio": round(len(files["after"]) / len(files["before"]), 1),
        "startup_ratio": ratio(0),
        "memory_ratio": ratio(1),
        "login_ratio": cost["modular_to_monolith"]["login"],
        "blog_ratio": cost["modular_to_monolith"]["blog"],
    }
    record("trade_off", **measured)
    assert measured["startup_ratio"] < 2
    assert measured["memory_ratio"] < 1.5
