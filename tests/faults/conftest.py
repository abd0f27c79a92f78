"""Two shops whose processes are killed: one on SQLite, one on PostgreSQL."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from benchmarks.faults.environment import APP, SHOP, Environment

from tests.conftest import FolderFactory

CRASH = Path(__file__).with_name("crash.py")
SETTINGS = {"EVENTS_ENGINE": "worker", "EVENTS_MAX_ATTEMPTS": "3"}

Outcomes = dict[str, dict[str, Any]]


@pytest.fixture(scope="session")
def crash(server_folder: FolderFactory) -> Callable[..., Outcomes]:
    """Return a function that runs steps and returns the outcome of each."""

    def run(*steps: str, database: str, code: Path = APP) -> Outcomes:
        folder = server_folder("crash")
        environment = Environment(
            folder, database=database, settings=SETTINGS, code=code
        )
        with environment:
            done = subprocess.run(
                [sys.executable, str(CRASH), *steps],
                cwd=SHOP,
                env=environment.env,
                capture_output=True,
                text=True,
            )
        assert done.returncode == 0, done.stderr
        outcomes: Outcomes = json.loads(done.stdout.splitlines()[-1])
        return outcomes

    return run


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def outcomes(
    request: pytest.FixtureRequest, crash: Callable[..., Outcomes]
) -> Outcomes:
    """Return the outcome of every step on one of the databases."""
    return crash("all", database=request.param)
