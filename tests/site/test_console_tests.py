"""The tests of ``console`` blocks change nothing that their page does not show.

A reader has only the page. So a test may copy files that the page includes from
``docs/walkthrough``, and run commands; it may not write files of its own.
"""

from __future__ import annotations

import ast
import re

import pytest

from .conftest import DOCS, ROOT

WRITES = {"write_text", "write_bytes", "touch", "unlink", "mkdir", "rename"}
# These tests write what the page takes for granted, with the reason.
PREPARES = {
    "tests/generator/test_update.py::test_both_changes_are_kept": (
        "A later version of the template, and a change of the app's owner."
    ),
}
TEST = re.compile(r"^ +:test: (\S+)$", re.MULTILINE)


def written(source: str, name: str) -> list[str]:
    """Return the calls of a test function that change files."""
    functions = {
        node.name: node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef)
    }
    return [
        ast.unparse(node)
        for node in ast.walk(functions[name])
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
    ]


def named_on_pages() -> set[str]:
    """Return the tests that pages name."""
    pages = sorted(DOCS.rglob("*.rst"))
    return {test for page in pages for test in TEST.findall(page.read_text("utf-8"))}


@pytest.mark.parametrize("test", sorted(named_on_pages() - set(PREPARES)))
def test_a_test_writes_no_files(test: str) -> None:
    path, _, name = test.partition("::")
    source = (ROOT / path).read_text("utf-8")
    assert written(source, name) == []


def test_every_file_of_a_walkthrough_is_on_a_page() -> None:
    pages = "".join(page.read_text("utf-8") for page in DOCS.rglob("*.rst"))
    folder = DOCS / "walkthrough"
    missing = [
        file.relative_to(DOCS).as_posix()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        and "__pycache__" not in file.parts
        and len(file.read_text("utf-8").splitlines()) > 1
        and file.relative_to(DOCS).as_posix() not in pages
    ]
    assert missing == []


def test_every_folder_of_a_walkthrough_is_used_by_a_test() -> None:
    tests = "".join(file.read_text("utf-8") for file in (ROOT / "tests").rglob("*.py"))
    for folder in (DOCS / "walkthrough").iterdir():
        assert f"docs/walkthrough/{folder.name}" in tests, folder.name


def test_a_test_that_writes_is_found() -> None:
    source = "def test_a():\n    path.write_text('more')\n"
    assert written(source, "test_a") == ["path.write_text('more')"]
