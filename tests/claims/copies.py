"""Copies of the apps, to be broken, merged and moved in temporary folders."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = {
    "before": ROOT / "examples" / "before_monolith",
    "after": ROOT / "examples" / "after_modular",
}
NOT_NEEDED = shutil.ignore_patterns("__pycache__", "instance", "node_modules", ".*")


def copy_app(app: str, folder: Path) -> Path:
    """Copy an app, ``before`` or ``after``, to a new folder, and return that."""
    return Path(shutil.copytree(FOLDERS[app], folder, ignore=NOT_NEEDED))


def module_folders(app: Path) -> dict[str, Path]:
    """Return the folder of each module of a modular app, by name."""
    manifests = (app / "modules").glob("**/__init__.py")
    return {
        manifest.parent.name: manifest.parent
        for manifest in sorted(manifests)
        if "module = Module(" in manifest.read_text(encoding="utf-8")
    }


def run(
    *command: str, folder: Path, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder, as a developer with a clean environment would."""
    return subprocess.run(
        command,
        cwd=folder,
        env=_environment() | (env or {}),
        capture_output=True,
        text=True,
        check=False,
    )


def python(
    *arguments: str, folder: Path, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run this Python in a folder; it leaves no compiled files there."""
    env = {"PYTHONDONTWRITEBYTECODE": "1"} | (env or {})
    return run(sys.executable, *arguments, folder=folder, env=env)


def must(result: subprocess.CompletedProcess[str]) -> str:
    """Return what a command printed; fail with all of it if it failed."""
    assert result.returncode == 0, (
        f"{' '.join(map(str, result.args))}\n{result.stdout}{result.stderr}"
    )
    return result.stdout


def _environment() -> dict[str, str]:
    """Return this environment without what is meant for the tests' own process."""
    own = ("PYTEST_", "COVERAGE_", "PYTHONPATH", "GIT_", "FLASK_")
    return {key: value for key, value in os.environ.items() if not key.startswith(own)}
