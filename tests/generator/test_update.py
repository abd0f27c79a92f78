"""Improvements come later, and take nothing away from what the owner changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.terminal import Terminal, block

from .template import App, Template, commit, git

EXAMPLE = "examples/after_modular"
HOME = "templates/home.html"
LAYOUT = "templates/layout.html"
FOOTER = "<small>{{ config.APP_NAME }}</small>"


@pytest.fixture
def upstream(template: Template, tmp_path: Path) -> Template:
    """Return a repository of one's own, to make improvements in."""
    return Template(shutil.copytree(template.folder, tmp_path / "upstream"))


@pytest.fixture
def app(upstream: Template, tmp_path: Path) -> App:
    """Return an app that is kept in Git, with a module of the owner's own."""
    app = upstream.start(tmp_path / "myapp", modules="admin,blog")
    git(app.folder, "init", "--quiet", "--initial-branch=main")
    app.must_run("flask", "startapp", "recipes")
    commit(app.folder, "Start")
    return app


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text("utf-8")
    assert text.count(old) == 1, (file, old)
    path.write_text(text.replace(old, new), "utf-8")


def test_both_changes_are_kept(upstream: Template, app: App) -> None:
    """Both change a page and the settings; each adds files of its own."""
    secret = (app.folder / ".env").read_text("utf-8")
    change(upstream.folder, f"{EXAMPLE}/{LAYOUT}", FOOTER, "<small>Improved</small>")
    change(
        upstream.folder,
        f"{EXAMPLE}/config.py",
        "MAIL_PORT: int = 25",
        "MAIL_PORT: int = 26",
    )
    (upstream.folder / EXAMPLE / "core/improvement.py").write_text('"""New."""\n')
    upstream.release("1.1.0")
    change(app.folder, LAYOUT, '<html lang="en">', '<html lang="fr">')
    change(app.folder, HOME, "It runs.", "Nous cuisinons.")
    change(
        app.folder,
        "config.py",
        'LOGIN_LIMIT: str = "5 per minute"',
        'LOGIN_LIMIT: str = "3 per minute"',
    )
    commit(app.folder, "Ours")

    terminal = Terminal(app.folder)
    terminal.must_run(*block("start-your-own.rst", "update")[0])

    files = app.files()
    assert "<small>Improved</small>" in files[LAYOUT]
    assert '<html lang="fr">' in files[LAYOUT]
    assert "Nous cuisinons." in files[HOME]
    assert "MAIL_PORT: int = 26" in files["config.py"]
    assert 'LOGIN_LIMIT: str = "3 per minute"' in files["config.py"]
    assert 'APP_NAME: str = "Myapp"' in files["config.py"]
    assert "core/improvement.py" in files
    assert "modules/recipes/view.py" in files
    assert files[".env"] == secret
    assert "_commit: 1.1.0" in files[".copier-answers.yml"]
    assert not [path for path, text in files.items() if "<<<<<<<" in text]
    assert not [path for path in files if path.endswith(".rej")]
    assert not (app.folder / "modules/billing").exists()


def test_a_conflict_is_shown_with_both_versions(upstream: Template, app: App) -> None:
    change(upstream.folder, f"{EXAMPLE}/{LAYOUT}", FOOTER, "<small>Theirs</small>")
    upstream.release("1.1.0")
    change(app.folder, LAYOUT, FOOTER, "<small>Ours</small>")
    commit(app.folder, "Ours")

    terminal = Terminal(app.folder)
    terminal.must_run(*block("start-your-own.rst", "update")[0])

    text = app.files()[LAYOUT]
    for part in ("<<<<<<<", "<small>Ours</small>", "<small>Theirs</small>", ">>>>>>>"):
        assert part in text
    assert f"UU {LAYOUT}" in git(app.folder, "status", "--porcelain")


def test_what_is_not_committed_stops_an_update(upstream: Template, app: App) -> None:
    change(app.folder, LAYOUT, FOOTER, "<small>Ours</small>")
    result = Terminal(app.folder).run(*block("start-your-own.rst", "update")[0])
    assert result.returncode == 1
    assert "Please commit or stash your local changes" in result.stderr
    assert "<small>Ours</small>" in app.files()[LAYOUT]


def test_what_was_removed_stays_removed(upstream: Template, app: App) -> None:
    app.must_run("flask", "removeapp", "blog", "--yes")
    commit(app.folder, "No blog")
    change(upstream.folder, f"{EXAMPLE}/{LAYOUT}", FOOTER, "<small>Improved</small>")
    upstream.release("1.1.0")
    terminal = Terminal(app.folder)
    terminal.must_run(*block("start-your-own.rst", "update")[0])
    assert "<small>Improved</small>" in app.files()[LAYOUT]
    assert not (app.folder / "modules/box__community/blog").exists()


def test_a_module_can_be_chosen_later(upstream: Template, app: App) -> None:
    result = upstream.copier(
        "update", "--defaults", "--data=modules=admin,blog,dashboard", cwd=app.folder
    )
    assert result.returncode == 0, result.stderr
    assert (app.folder / "modules/dashboard/view.py").is_file()
    assert (app.folder / "modules/recipes/view.py").is_file()
