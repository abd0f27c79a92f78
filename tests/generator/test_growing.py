"""A new app grows with the commands that it brings, and its CI stays green."""

from __future__ import annotations

from pathlib import Path

import pytest

from .template import App, Template


@pytest.fixture
def app(template: Template, tmp_path: Path) -> App:
    """Return an app with a blog and a database."""
    app = template.start(tmp_path / "myapp", modules="admin,blog")
    app.must_run("flask", "initialise")
    return app


def test_it_grows(app: App) -> None:
    app.must_run("flask", "startbox", "labs")
    app.must_run("flask", "startapp", "recipes", "labs")
    app.must_run("flask", "renameapp", "blog", "journal")
    app.must_run("flask", "removeapp", "admin", "--yes")
    app.must_run("flask", "initialise")
    names = [line.split()[0] for line in app.must_run("flask", "modules").splitlines()]
    assert {"auth", "journal", "recipes"} <= {*names}
    assert not {"admin", "blog"} & {*names}
    _, *checks, _ = app.ci_commands()
    for check in checks:
        app.must_run(*check)
    for tests in ("modules/box__labs/recipes", "modules/box__community/journal"):
        app.must_run("pytest", "-q", tests)
    # What spoke of the modules that are gone is left out; the rest is still asked.
    app.must_run("pytest", "-q", "tests/integration")
    printed = app.must_run("pytest", "-q", "tests/contract", "-k", "login or errors")
    assert " passed" in printed
    assert " deselected" in printed
