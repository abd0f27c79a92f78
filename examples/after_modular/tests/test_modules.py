"""Each module's tests pass alone, and together with the real neighbors."""

import subprocess
import sys
from pathlib import Path

import pytest

from kernel.discovery import discover

ROOT = Path(__file__).parents[1]
FOUND = {module.name: module for module in discover(ROOT / "modules")}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", FOUND)
def test_alone_and_without_the_code_of_another(name: str) -> None:
    result = run("kernel.testing.alone", str(FOUND[name].path.relative_to(ROOT)))
    assert result.returncode == 0, result.stdout


def test_with_each_other() -> None:
    result = run("pytest", "modules")
    assert result.returncode == 0, result.stdout
