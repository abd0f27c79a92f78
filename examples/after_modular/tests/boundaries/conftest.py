"""Copies of the app, to break boundaries in."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARTS = ("app.py", "config.py", "kernel", "modules", "web")


def flask(folder: Path, *arguments: str) -> tuple[int, list[str]]:
    """Run ``flask``; return its exit code and the lines that it prints."""
    result = subprocess.run(
        [sys.executable, "-m", "flask", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return result.returncode, (result.stdout + result.stderr).splitlines()


def python(folder: Path, code: str) -> str:
    """Run a program in the folder; return what it prints."""
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return result.stdout + result.stderr


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the app without tests."""
    ignored = shutil.ignore_patterns("__pycache__", "*.copier", "tests")
    for part in PARTS:
        source, target = ROOT / part, tmp_path / part
        if source.is_dir():
            shutil.copytree(source, target, ignore=ignored)
        else:
            shutil.copy(source, target)
    return tmp_path
