"""A new app grows with the commands that it ships, and passes its CI."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.terminal import Terminal

from .template import App, Template


@pytest.fixture
def app(template: Template, tmp_path: Path) -> App:
    """Return an app with a blog and a database."""
    app = template.start(tmp_path / "myapp", modules="admin,blog")
    app.must_run("flask", "initialize")
    return app


def commands(app: App, heading: str) -> list[str]:
    """Return the commands in a section of the app's README."""
    text = app.files()["README.md"]
    section = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    found = re.findall(r"^\$ (.+)$", section, re.MULTILINE)
    assert found, f"README.md has no commands below {heading!r}"
    return found


def test_the_steps_of_its_readme_leave_it_green(app: App) -> None:
    """The README also lists the commands of the CI, all of them."""
    terminal = Terminal(app.folder)
    install, *steps = commands(app, "Add a module")
    assert install == "pip install -r requirements-dev.txt"  # these tests have them
    terminal.must_run(*steps)
    assert (app.folder / "modules/bookmarks/view.py").is_file()
    *checks, tests = commands(app, "Check it")
    _, *ci, ci_tests = (" ".join(command) for command in app.ci_commands())
    assert [*checks, tests] == [*ci, ci_tests]
    terminal.must_run(*checks, "pytest -q modules/bookmarks", "pytest -q modules/auth")


def test_it_grows(app: App) -> None:
    app.must_run("flask", "startbox", "labs")
    app.must_run("flask", "startapp", "recipes", "labs")
    app.must_run("flask", "renameapp", "blog", "journal")
    app.must_run("flask", "removeapp", "admin", "--yes")
    app.must_run("flask", "initialize")
    app.must_run("flask", "agents")
    names = [line.split()[0] for line in app.must_run("flask", "modules").splitlines()]
    assert {"auth", "journal", "recipes"} <= {*names}
    assert not {"admin", "blog"} & {*names}
    _, *checks, _ = app.ci_commands()
    for check in checks:
        app.must_run(*check)
    for tests in ("modules/box__labs/recipes", "modules/box__community/journal"):
        app.must_run("pytest", "-q", tests)
    # Tests of removed modules are deselected; the others still run.
    app.must_run("pytest", "-q", "tests/integration")
    printed = app.must_run("pytest", "-q", "tests/contract", "-k", "login or errors")
    assert " passed" in printed
    assert " deselected" in printed
