"""``copier update`` merges improvements and new answers; the owner's changes stay."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.terminal import Terminal, block

from .template import App, Template, commit, git

EXAMPLE = "examples/after_modular"
HOME = "web/templates/home.html"
LAYOUT = "web/templates/layout.html"
FOOTER = "<span>{{ config.APP_NAME }}</span>"


@pytest.fixture
def upstream(template: Template, tmp_path: Path) -> Template:
    """Return a copy of the template, to make improvements in."""
    return Template(shutil.copytree(template.folder, tmp_path / "upstream"))


@pytest.fixture
def app(upstream: Template, tmp_path: Path) -> App:
    """Return an app that is kept in Git, with a module that the owner added."""
    app = upstream.start(tmp_path / "myapp", modules="admin,blog")
    git(app.folder, "init", "--quiet", "--initial-branch=main")
    app.must_run("flask", "startapp", "recipes")
    commit(app.folder, "Start")
    return app


def conflicts(files: dict[str, str]) -> list[str]:
    """Return the files that an update could not merge."""
    return [
        path
        for path, text in files.items()
        if "<<<<<<<" in text or path.endswith(".rej")
    ]


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
    (upstream.folder / EXAMPLE / "kernel/improvement.py").write_text('"""New."""\n')
    upstream.release("1.1.0")
    change(app.folder, LAYOUT, '<html lang="en">', '<html lang="fr">')
    change(app.folder, HOME, "Your app is running.", "Nous cuisinons.")
    change(
        app.folder,
        "config.py",
        "STATEMENT_TIMEOUT: int = 10",
        "STATEMENT_TIMEOUT: int = 20",
    )
    commit(app.folder, "Ours")

    terminal = Terminal(app.folder)
    terminal.must_run(*block("start-your-own.rst", "update")[0])

    files = app.files()
    assert "<small>Improved</small>" in files[LAYOUT]
    assert '<html lang="fr">' in files[LAYOUT]
    assert "Nous cuisinons." in files[HOME]
    assert "MAIL_PORT: int = 26" in files["config.py"]
    assert "STATEMENT_TIMEOUT: int = 20" in files["config.py"]
    assert 'APP_NAME: str = "Myapp"' in files["config.py"]
    assert "kernel/improvement.py" in files
    assert "modules/recipes/view.py" in files
    assert files[".env"] == secret
    assert "_commit: 1.1.0" in files[".copier-answers.yml"]
    assert conflicts(files) == []
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


def test_a_profile_can_be_chosen_later(upstream: Template, app: App) -> None:
    """From starter to production; the owner has changed files that differ."""
    setting = "    app.config.update(config or {})\n"
    change(app.folder, "app.py", setting, f"{setting}    app.json.sort_keys = False\n")
    change(app.folder, "config.py", "MAIL_PORT: int = 25", "MAIL_PORT: int = 26")
    with (app.folder / "requirements.in").open("a") as file:
        file.write("zeep>=4\n")
    commit(app.folder, "Ours")

    terminal = Terminal(app.folder)
    terminal.must_run(*block("start-your-own.rst", "another-profile")[0])

    files = app.files()
    assert conflicts(files) == []
    assert "app.json.sort_keys = False" in files["app.py"]
    assert "operations.init_app(app)" in files["app.py"]
    assert "MAIL_PORT: int = 26" in files["config.py"]
    assert files["requirements.in"].endswith("\nzeep>=4\n")
    assert "\nstructlog" in files["requirements.in"]
    assert "modules/recipes/view.py" in files
    assert "deploy/Containerfile" in files
    assert "kernel/remote/__init__.py" not in files
    app.must_run("ruff", "check", "--quiet")
    app.must_run("flask", "initialize")
    assert "doctor" in app.must_run("flask", "--help")


def test_an_app_older_than_the_profiles_loses_nothing(
    upstream: Template, tmp_path: Path
) -> None:
    """Its answers have `licence`, and no profile."""
    answers = {"modules": "auth", "profile": "distributed", "license": "MIT"}
    app = upstream.start(tmp_path / "old", **answers)
    file = ".copier-answers.yml"
    change(app.folder, file, "license: MIT", "licence: MIT")
    change(app.folder, file, "profile: distributed\n", "")
    git(app.folder, "init", "--quiet", "--initial-branch=main")
    commit(app.folder, "Start")
    change(upstream.folder, f"{EXAMPLE}/{LAYOUT}", FOOTER, "<small>Improved</small>")
    upstream.release("1.1.0")

    result = upstream.copier("update", "--defaults", cwd=app.folder)

    assert result.returncode == 0, result.stderr
    files = app.files()
    assert "<small>Improved</small>" in files[LAYOUT]
    assert "kernel/remote/__init__.py" in files
    assert files["LICENSE"].startswith("MIT License")
    assert "\nlicense: MIT\n" in files[file]
    assert "\nprofile: distributed\n" in files[file]
    assert "licence" not in files[file]
