"""The how-to on splitting models.py: the database stays as it is."""

import shutil
from pathlib import Path

from tests.terminal import ROOT, Terminal, block

WALKTHROUGH = ROOT / "docs/walkthrough/split_models"


def test_no_migration_is_needed(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    shutil.copytree(WALKTHROUGH / "before", tmp_path, dirs_exist_ok=True)
    terminal.must_run("flask db init", "flask db migrate", "flask db upgrade")

    shutil.copytree(WALKTHROUGH / "after", tmp_path, dirs_exist_ok=True)
    commands, (shown,) = block("how-to/split-models.rst", "no-changes")
    result = terminal.run(*commands)
    assert result.returncode == 0, result.stderr
    assert shown in result.stdout + result.stderr


def test_a_table_that_is_not_imported_is_noticed(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    shutil.copytree(WALKTHROUGH / "after", tmp_path, dirs_exist_ok=True)
    terminal.must_run("flask db init", "flask db migrate", "flask db upgrade")
    terminal.must_run("sed -i.bak '/^import auth/d;/^import blog/d' app.py")
    result = terminal.run("flask db check")
    assert "remove_table" in result.stdout + result.stderr
    assert result.returncode != 0
