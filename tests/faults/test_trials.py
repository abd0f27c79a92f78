"""The trials of events, on SQLite and on PostgreSQL.

They stand with the app, whose tests need no PostgreSQL.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys

from benchmarks.faults.environment import APP
from stack.postgres import Postgres
from stack.watchdog import Watchdog

from tests.conftest import FolderFactory

MINIMUM = 2 * 60  # at least sixty, on both databases


def test_every_trial_holds_on_both_databases(server_folder: FolderFactory) -> None:
    with Watchdog() as watchdog:
        postgres = Postgres(server_folder("trials"), watchdog)
        postgres.process.start()
        try:
            env = os.environ | {"TEST_POSTGRESQL_URL": postgres.create_database()}
            command = [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "tests/outbox",
                "-k",
                "trials",
            ]
            done = subprocess.run(
                command, cwd=APP, env=env, capture_output=True, text=True
            )
        finally:
            postgres.process.kill()
    assert done.returncode == 0, done.stdout
    summary = done.stdout.splitlines()[-1]
    passed = re.search(r"(\d+) passed", summary)
    assert passed, summary
    assert int(passed[1]) >= MINIMUM, summary
    assert "skipped" not in summary, summary
