"""Copies of the modular app, and a process that runs commands in one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

APP = Path(__file__).parents[2] / "examples" / "after_modular"
PARTS = ("kernel", "web", "modules", "app.py", "config.py", "conftest.py")
FILES = (*PARTS, "pyproject.toml")
IGNORED = shutil.ignore_patterns("__pycache__", "*.copier")
PROGRAM = Path(__file__).with_name("program.py")


class Copy:
    """A copy of the app in ``folder``."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        for name in FILES:
            source = APP / name
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=IGNORED)
            else:
                shutil.copy(source, folder / name)
        self.folder = folder

    def run(self, *arguments: str, database: str = "") -> tuple[int, str]:
        """Run Python in the copy; return its exit code and what it printed."""
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        if database:
            environment["DATABASE_URL"] = database
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def must_run(self, *arguments: str, database: str = "") -> str:
        """Run Python in the copy; return what it printed."""
        code, printed = self.run(*arguments, database=database)
        assert code == 0, printed
        return printed

    def program(self, job: str, *values: Any, database: str = "") -> Any:
        """Do a job of ``program.py`` in the copy; return what it returns."""
        given = self.folder / "given.json"
        given.write_text(json.dumps(values))
        printed = self.must_run(str(PROGRAM), job, str(given), database=database)
        return json.loads(printed.splitlines()[-1])
