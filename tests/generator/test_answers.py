"""Answers are taken from flags; a bad one is refused, and nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.terminal import Terminal, block

from .template import Template, git

REFUSED = [
    ("name=class", '"class" is a keyword of Python. Choose another name.'),
    ("name=My App", '"My App" can\'t be the name of an app.'),
    ("name=../outside", '"../outside" can\'t be the name of an app.'),
    ("name=" + "a" * 31, "has 31 characters; the limit is 30."),
    ('title=A "quoted" one', "can't be a title"),
    ("title=<b>", "can't be a title"),
    ("author=", '"" can\'t be an author.'),
    (
        "modules=admin,blgo",
        "There is no module blgo. Choose from auth, admin, billing,",
    ),
    (
        "database=mysql",
        'There is no database "mysql". Choose one of sqlite, postgresql.',
    ),
    ("license=GPL", 'There is no license "GPL". Choose one of proprietary, MIT,'),
    ("profile=huge", 'There is no profile "huge". Choose one of starter, production,'),
    ("module=blog", "There is no question module. The questions are name, title,"),
]


def refusal(template: Template, target: Path, *options: str) -> str:
    """Start an app that must be refused; return the one line that says why."""
    paths = (str(template.folder), str(target))
    command = ("copy", "--quiet", "--defaults", *options, *paths)
    result = template.copier(*command, cwd=target.parent)
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    return line


@pytest.mark.parametrize(("answer", "reason"), REFUSED)
def test_a_bad_answer(
    answer: str, reason: str, template: Template, tmp_path: Path
) -> None:
    assert reason in refusal(template, tmp_path / "app", "--data", answer)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("file", ["notes.txt", "src/main.py", ".secret", "a/b/c.txt"])
def test_a_folder_that_is_not_empty(
    file: str, template: Template, tmp_path: Path
) -> None:
    kept = tmp_path / "app" / file
    kept.parent.mkdir(parents=True)
    kept.write_text("mine")
    line = refusal(template, tmp_path / "app")
    assert f"is not empty: {file} is in it. Choose a folder" in line
    files = [path for path in (tmp_path / "app").rglob("*") if path.is_file()]
    assert files == [kept]


def test_a_new_repository_is_empty_enough(template: Template, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "app")
    assert (template.start(tmp_path / "app").folder / "app.py").is_file()


@pytest.mark.parametrize(
    ("folder", "name"),
    [("Book-Shop", "book_shop"), ("class", "class_app"), ("2026", "my_app")],
)
def test_the_name_comes_from_the_folder(
    folder: str, name: str, template: Template, tmp_path: Path
) -> None:
    app = template.start(tmp_path / folder, modules="auth")
    assert f"\nname: {name}\n" in app.files()[".copier-answers.yml"]


def test_answers_are_given_by_flags(template: Template, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, {"REPOSITORY": str(template.folder)})
    terminal.must_run(*block("start-your-own.rst", "answers")[0])
    app = tmp_path / "myapp"
    assert "postgresql+psycopg:///myapp" in (app / "config.py").read_text("utf-8")
    for file in ("requirements.in", "requirements.txt", "requirements-dev.txt"):
        assert "\npsycopg" in (app / file).read_text("utf-8")
    assert "postgres:" in (app / ".github/workflows/ci.yml").read_text("utf-8")
    assert (app / "LICENSE").read_text("utf-8").startswith("MIT License\n\nCopyright")
    assert not (app / "modules/billing").exists()


@pytest.mark.parametrize(
    ("license", "first"),
    [
        ("proprietary", "Copyright (c)"),
        ("BSD-3-Clause", "BSD 3-Clause License"),
        ("Apache-2.0", "Apache License"),
        ("none", None),
    ],
)
def test_the_license_is_the_owner_s(
    license: str, first: str | None, template: Template, tmp_path: Path
) -> None:
    answers = {"license": license, "author": "Ada & Co.", "modules": "auth"}
    text = template.start(tmp_path / "app", **answers).files().get("LICENSE")
    assert text is None if first is None else str(text).strip().startswith(first)
    if license in ("proprietary", "BSD-3-Clause"):
        assert "Ada & Co." in str(text)
