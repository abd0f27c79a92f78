"""Run in a copy of the app, in one process: ``program.py JOB VALUES.json``."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

sys.path.insert(0, os.getcwd())

import sqlalchemy as sa

from app import create_app
from kernel import db

CONFIG = {"APP_ENV": "testing", "TESTING": True, "WTF_CSRF_ENABLED": False}


def files() -> dict[str, int]:
    """Return the files of the modules and when they were changed."""
    found = Path("modules").rglob("*")
    return {str(path): path.stat().st_mtime_ns for path in found if path.is_file()}


def commands(listed: Iterable[list[str]]) -> tuple[list[tuple[int, str]], list[str]]:
    """Run ``flask`` commands: exit codes and what they print, and files that change."""
    before = files()
    runner = create_app(CONFIG).test_cli_runner()
    results = [runner.invoke(args=arguments) for arguments in listed]
    printed = [
        (each.exit_code, each.output or repr(each.exception)) for each in results
    ]
    return printed, sorted({path for path, _ in before.items() ^ files().items()})


def pages(names: Iterable[str]) -> list[str]:
    """Add an entry on the page of each module; return the names of those that fail."""
    client = create_app(CONFIG).test_client()
    failed = []
    for name in names:
        text = f"An entry of {name}"
        sent = client.post(f"/{name}/", data={"text": text}, follow_redirects=True)
        if sent.status_code != 200 or text not in sent.text:
            failed.append(name)
    return failed


def rows() -> dict[str, list[str]]:
    """Return the rows of each table, as text."""
    app = create_app(CONFIG)
    with app.app_context(), db.engine.connect() as connection:
        metadata = sa.MetaData()
        metadata.reflect(connection)
        return {
            name: sorted(str(tuple(row)) for row in connection.execute(table.select()))
            for name, table in metadata.tables.items()
        }


JOBS: dict[str, Any] = {"commands": commands, "pages": pages, "rows": rows}

if __name__ == "__main__":
    job, given = sys.argv[1:]
    print(json.dumps(JOBS[job](*json.loads(Path(given).read_text()))))
