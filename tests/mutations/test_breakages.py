"""Prove the contract suite: break an app on purpose, and see the right test fail.

Each breakage is made in a copy of the app. The suite's topic that concerns it
runs on the copy, and exactly the tests named with the breakage must fail.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .breakages import BREAKAGES, Breakage

ROOT = Path(__file__).parents[2]
FOLDERS = {"before": "before_monolith", "after": "after_modular"}
NOT_NEEDED = shutil.ignore_patterns("__pycache__", "instance", "tests", ".*")


@pytest.mark.parametrize("breakage", BREAKAGES, ids=str)
def test_a_breakage_is_noticed_by_its_tests_alone(
    breakage: Breakage, tmp_path: Path
) -> None:
    folder = FOLDERS[breakage.app]
    shutil.copytree(ROOT / "examples" / folder, tmp_path / folder, ignore=NOT_NEEDED)
    break_it(tmp_path / folder / breakage.file, breakage)
    assert failures(breakage, tmp_path) == breakage.noticed_by


def break_it(file: Path, breakage: Breakage) -> None:
    """Make the replacement; the text to replace must stand there exactly once."""
    source = file.read_text(encoding="utf-8")
    count = source.count(breakage.old)
    assert count == 1, (
        f"{breakage.file} of {breakage.app} holds {breakage.old!r} {count} times, "
        "expected once: bring tests/mutations/breakages.py up to date"
    )
    file.write_text(source.replace(breakage.old, breakage.new), encoding="utf-8")


def failures(breakage: Breakage, apps: Path) -> set[str]:
    """Run the topic on the broken app; return the names of the tests that fail."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--tb=no",
        "-rfE",
        "-p",
        "no:cacheprovider",
    ]
    command += [f"tests/contract/{breakage.topic}", f"--app={breakage.app}"]
    command += [f"--apps-dir={apps}"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode in (0, 1), f"the suite did not run:\n{run.stdout}{run.stderr}"
    return set(re.findall(r"^(?:FAILED|ERROR) \S+?::(\w+)", run.stdout, re.MULTILINE))
