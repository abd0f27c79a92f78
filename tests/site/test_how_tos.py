"""The commands of how-to guides that run in a copy of the modular app."""

import shutil
from pathlib import Path

from tests.terminal import ROOT, Terminal, block

LEFT_BEHIND = shutil.ignore_patterns("instance", "__pycache__", ".*_cache", "*.db")


def test_boot_modes(tmp_path: Path) -> None:
    app = ROOT / "examples/after_modular"
    terminal = Terminal(shutil.copytree(app, tmp_path / "app", ignore=LEFT_BEHIND))
    for command in block("how-to/test-a-module.rst", "alone")[0]:
        assert " passed" in terminal.must_run(command)
