"""Names that can't work are refused with the reason, and nothing is written."""

from pathlib import Path

import pytest

from app import create_app
from kernel import Module
from kernel.discovery import discover
from kernel.scaffolding.create import start_box, start_module
from kernel.scaffolding.errors import ScaffoldingError
from kernel.scaffolding.project import Project

MODULES = Path(__file__).parents[1] / "modules"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return a project with our modules' names, in a folder of its own."""
    for name in ("core/", "static/", "modules/auth/", "modules/box__community/blog/"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "modules/box__community/__init__.py").touch()
    (tmp_path / "config.py").touch()
    app = create_app({"APP_ENV": "testing", "DATABASE_URL": "sqlite://"})
    found = {module.name: module for module in discover(MODULES)}
    return Project(app, tmp_path, found)


def refusal(project: Project, name: str, box: str | None = None) -> str:
    """Return why there can't be such a module."""
    with pytest.raises(ScaffoldingError) as caught:
        start_module(project, name, box)
    return message(caught.value, project)


def message(error: ScaffoldingError, project: Project) -> str:
    """Return the message, after a check that nothing was written."""
    assert not list(project.root.rglob("view.py"))
    assert [path.name for path in project.root.rglob("*.py")] == [
        "config.py",
        "__init__.py",
    ]
    assert error.exit_code == 2
    assert "\n" not in error.message
    return error.message


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("class", "a keyword of Python"),
        ("my-blog", "such as my_blog"),
        ("Blog", "such as blog"),
        ("2nd", "such as nd"),
        ("_private", "such as private"),
        ("two__lines", "such as two_lines"),
        ("naïve", "lowercase letters"),
        ("", "lowercase letters"),
        ("../evil", "such as evil"),
        ("a/b", "such as a_b"),
        ("modules.blog", "such as modules_blog"),
        ("x\n", "such as x"),
        (
            "a_name_of_twenty_eight_chars",
            "has 28 characters; the name of a module may have 27",
        ),
        ("box__labs", "Use `flask startbox labs`"),
        ("auth", "modules/auth exists already"),
        ("blog", "There is a module 'blog' already"),
        ("blog_extra", "start with blog_ belong to 'blog'"),
        ("core", "the app has core"),
        ("config", "the app has config.py"),
        ("static", "the name of a folder in each module"),
        ("healthz", "/healthz is a page"),
        ("pages", "a blueprint has this name"),
        ("sqlite", "databases name their own tables sqlite_..."),
        ("sqlite_x", "databases name their own tables sqlite_..."),
        ("pg_x", "databases name their own tables pg_..."),
        ("outbox", "There is a module 'outbox' already"),
        ("outbox_extra", "start with outbox_ belong to 'outbox'"),
    ],
)
def test_name_of_a_module(project: Project, name: str, reason: str) -> None:
    assert reason in refusal(project, name)


def test_previous_name_of_a_module(project: Project) -> None:
    found = Module(
        import_name="modules.members",
        title="T",
        summary="S",
        previous_names=("people",),
    )
    project.found["members"] = found
    assert "databases may still hold its tables" in refusal(project, "people")


@pytest.mark.parametrize(
    ("box", "reason"),
    [
        ("labs", "Create it with `flask startbox labs`"),
        ("community/blog", "can't be the name of a box"),
        ("../../elsewhere", "can't be the name of a box"),
    ],
)
def test_box_to_write_into(project: Project, box: str, reason: str) -> None:
    assert reason in refusal(project, "bookmarks", box)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("community", "modules/box__community exists already"),
        ("box__community", "modules/box__community exists already"),
        ("box__box__x", "is the name of a box"),
        ("../evil", "such as evil"),
        ("class", "a keyword of Python"),
        ("a_name_of_21_letters1", "the name of a box may have 20"),
    ],
)
def test_name_of_a_box(project: Project, name: str, reason: str) -> None:
    with pytest.raises(ScaffoldingError) as caught:
        start_box(project, name)
    assert reason in message(caught.value, project)
