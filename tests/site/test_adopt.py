"""The commands of the how-to on adopting the rules, in a copy of the app."""

import shutil
from pathlib import Path

from tests.terminal import ROOT, Terminal, block

PAGE = ROOT / "docs/walkthrough/adopt"
LEFT_BEHIND = shutil.ignore_patterns("instance", "__pycache__", ".*_cache", "*.db")


def test_the_baseline_only_shrinks(tmp_path: Path) -> None:
    app = ROOT / "examples/after_modular"
    terminal = Terminal(shutil.copytree(app, tmp_path / "app", ignore=LEFT_BEHIND))
    plans = terminal.folder / "modules/box__community/notifications/plans.py"

    shutil.copy(PAGE / "plans_before.py", plans)
    commands, shown = block("how-to/adopt-the-rules.rst", "violations")
    result = terminal.run(*commands)
    assert result.returncode == 1
    assert result.stdout.splitlines() == shown

    commands, shown = block("how-to/adopt-the-rules.rst", "baseline")
    assert terminal.must_run(*commands).splitlines() == shown

    shutil.copy(PAGE / "plans_after.py", plans)
    commands, shown = block("how-to/adopt-the-rules.rst", "fixed")
    result = terminal.run(*commands)
    assert result.returncode == 1
    assert result.stdout.splitlines() == shown

    commands, shown = block("how-to/adopt-the-rules.rst", "shorter")
    assert terminal.must_run(*commands).splitlines() == shown
