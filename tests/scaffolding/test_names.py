"""Each name makes a module that works, or is refused in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import NewDatabase
from .copies import Copy
from .names import (
    ACCEPTED,
    BOXES_ACCEPTED,
    BOXES_REFUSED,
    IN_BOXES,
    IN_BOXES_REFUSED,
    REFUSED,
)

WORKING = [*ACCEPTED, *(name for name, _, _ in IN_BOXES)]
# Of each kind of names that collide with something; their own tests are run.
SAMPLE = ("users", "events", "text", "tokens", "forms", "json", "flask", "table")
RENAMED = {
    "a": "b",
    "api": "interface",
    "entry": "record",
    "events": "happenings",
    "flask": "bottles",
    "forum": "agora",
    "id": "identity",
    "index": "front",
    "json": "documents",
    "models": "toys",
    "new": "fresh",
    "orders": "purchases",
    "session": "sitting",
    "table": "desks",
    "text": "notes",
    "users": "people",
}
REMOVED = ("account", "chat", "lab", "list", "wiki")
PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider")


@pytest.fixture
def grown(tmp_path: Path) -> Copy:
    """Return a copy of the app with a module of every name."""
    copy = Copy(tmp_path / "app")
    names = [["startapp", "--", name] for name in ACCEPTED]
    boxes = [["startbox", "--", name] for name in BOXES_ACCEPTED]
    inside = [["startapp", name, box] for name, box, _ in IN_BOXES]
    succeed(copy, [*names, *boxes, *inside])
    return copy


def succeed(copy: Copy, commands: list[list[str]]) -> None:
    """Run ``flask`` commands that must succeed."""
    results, _ = copy.program("commands", commands)
    assert [printed for code, printed in results if code != 0] == []


def test_there_are_enough_names() -> None:
    assert len({*ACCEPTED}) >= 150
    assert len({*REFUSED}) >= 60


def test_other_names_are_refused_in_one_line(grown: Copy) -> None:
    reasons: dict[tuple[str, ...], str] = {
        **{("startapp", "--", name): reason for name, reason in REFUSED.items()},
        **{("startbox", "--", name): reason for name, reason in BOXES_REFUSED.items()},
        **{("startapp", *names): reason for *names, reason in IN_BOXES_REFUSED},
        **{("renameapp", "--", "billing", n): reason for n, reason in REFUSED.items()},
    }
    results, changed = grown.program("commands", [*reasons])
    for command, (code, printed) in zip(reasons, results, strict=True):
        assert reasons[command] in printed, command
        assert (code, printed.count("\n")) == (2, 1), printed
        assert len(printed) < 300
    assert changed == []


def test_their_code_keeps_the_rules_and_is_clean(grown: Copy) -> None:
    check(grown, 6 + len(WORKING))
    cache = str(grown.folder / ".mypy_cache")
    files = [f"modules/{name}" for name in SAMPLE]
    grown.must_run("-m", "mypy", "--cache-dir", cache, *files)


def check(copy: Copy, modules: int) -> None:
    """Check the boundaries, and the style."""
    printed = copy.must_run("-m", "flask", "modules", "check")
    assert f"rules hold in {modules} modules." in printed
    for command in (("check",), ("format", "--check")):
        copy.must_run("-m", "ruff", *command, "--no-cache", "modules")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_their_pages_work_and_their_rows_survive_renaming_and_removal(
    grown: Copy, new_database: NewDatabase, kind: str
) -> None:
    database = new_database(kind)
    grown.must_run("-m", "flask", "initialize", database=database)
    assert grown.program("pages", WORKING, database=database) == []
    before = grown.program("rows", database=database)

    commands = [["renameapp", *names] for names in RENAMED.items()]
    commands += [["removeapp", name, "--yes"] for name in REMOVED]
    succeed(grown, commands)
    if kind == "sqlite":
        check(grown, 6 + len(WORKING) - len(REMOVED))
    grown.must_run("-m", "flask", "initialize", database=database)
    after = grown.program("rows", database=database)
    for old, new in RENAMED.items():
        after[f"{old}_entry"] = after.pop(f"{new}_entry")
    assert data(after) == data(before)

    again = [["startapp", name] for name in (*RENAMED, *REMOVED)]
    results, changed = grown.program("commands", again, database=database)
    assert [printed for code, printed in results if code != 2] == []
    assert changed == []


def data(rows: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return the rows without the histories of migrations."""
    return {name: rows[name] for name in rows if not name.endswith("_migration")}


def test_their_tests_pass_and_those_of_their_neighbors(tmp_path: Path) -> None:
    copy = Copy(tmp_path / "app")
    succeed(copy, [["startapp", name] for name in SAMPLE])
    tests = [f"modules/{name}" for name in (*SAMPLE, "admin", "dashboard")]
    copy.must_run(*PYTEST, *tests)
    succeed(copy, [["renameapp", name, RENAMED[name]] for name in ("text", "events")])
    copy.must_run(*PYTEST, "modules/notes", "modules/happenings")
