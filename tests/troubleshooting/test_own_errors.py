"""Every error code of the modular app has a page with its message and its fix."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from .case import MODULAR, Case, cases

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "errors"
CASES = cases("modular")
ERRORS = ("StartupError", "ModuleError", "ScaffoldingError", "code_of")
RULES = "kernel/boundaries/violation.py"
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def codes() -> set[str]:
    """Return the codes in the source: of the errors that are made, and of the rules."""
    found: set[str] = set()
    files = [MODULAR / "config.py"]
    for folder in ("kernel", "web", "modules"):
        files += (MODULAR / folder).rglob("*.py")
    for file in files:
        if "tests" not in file.relative_to(MODULAR).parts:
            found |= codes_in(file.read_text("utf-8"))
    rules = ast.parse((MODULAR / RULES).read_text("utf-8"))
    (table,) = (
        node.value
        for node in rules.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "CODES"
    )
    return found | set(ast.literal_eval(table).values())


def codes_in(source: str) -> set[str]:
    """Return the codes that a file gives to its errors."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or ast.unparse(node.func) not in ERRORS:
            continue
        given = [each.value for each in node.keywords if each.arg == "error"]
        for value in given or node.args[1:]:
            if isinstance(value, ast.Constant):
                found.add(str(value.value))
    return found


def test_each_code_has_a_page_and_each_page_a_code() -> None:
    assert {page.stem for page in PAGES.glob("*.rst")} - {"index"} == codes()


def test_each_page_has_a_case_and_is_listed() -> None:
    names = {case.name for case in CASES}
    assert names == codes()
    index = (PAGES / "index.rst").read_text("utf-8")
    assert sorted(re.findall(r"^   ([\w-]+)$", index, re.MULTILINE)) == sorted(names)


def test_codes_can_be_part_of_an_address() -> None:
    assert [each for each in codes() if not re.fullmatch(r"[a-z-]+|B\d\d", each)] == []


@each_case
def test_the_broken_app_prints_the_message_on_the_page(
    case: Case, tmp_path: Path
) -> None:
    outcome = case.run(tmp_path, fixed=False)
    assert outcome.output == case.output.read_text("utf-8")
    assert not outcome.succeeded
    command, *lines = outcome.output.splitlines()
    assert len(lines) == 1, f"{command} prints more than one line"
    assert lines[0].endswith(f" (errors/{case.name})")


@each_case
def test_the_fixed_app_works(case: Case, tmp_path: Path) -> None:
    outcome = case.run(tmp_path, fixed=True)
    assert outcome.succeeded, outcome.output


@each_case
def test_the_page_shows_the_message_and_all_files(case: Case) -> None:
    page = (PAGES / f"{case.name}.rst").read_text("utf-8")
    assert page.splitlines()[4].startswith(f"{case.name}: ")
    for file in sorted(case.folder.rglob("*.*")):
        if file.stat().st_size and "__pycache__" not in file.parts:
            assert f".. example:: {file.relative_to(ROOT).as_posix()}\n" in f"{page}\n"
