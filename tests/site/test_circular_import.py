"""The how-to on circular imports: the cycle fails as shown, and the fix works."""

import shutil
from pathlib import Path

import pytest

from tests.terminal import ROOT, Terminal, block

WALKTHROUGH = ROOT / "docs/walkthrough/circular_import"


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


def test_the_cycle_and_its_fix(terminal: Terminal) -> None:
    shutil.copytree(WALKTHROUGH / "before", terminal.folder, dirs_exist_ok=True)
    commands, (error,) = block("how-to/debug-a-circular-import.rst", "cycle")
    result = terminal.run(*commands)
    assert result.returncode == 1
    path = f" ({terminal.folder / 'app.py'})"
    assert result.stderr.splitlines()[-1].replace(path, "") == error

    shutil.copytree(WALKTHROUGH / "after", terminal.folder, dirs_exist_ok=True)
    commands, shown = block("how-to/debug-a-circular-import.rst", "no-cycle")
    assert terminal.must_run(*commands).splitlines() == shown
