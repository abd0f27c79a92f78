"""The Flask errors that the site explains occur, and the fixes work."""

from __future__ import annotations

from difflib import SequenceMatcher
from pathlib import Path

import pytest

from .case import Case, cases

PAGES = Path(__file__).parents[2] / "docs" / "troubleshooting"
CASES = cases("flask")
# Pages without an error message: their titles describe the symptom.
SYMPTOMS = [
    "session-is-lost-between-requests",
    "url-for-generates-http-behind-a-proxy",
    "wrong-template-is-rendered",
]
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@each_case
def test_the_broken_app_prints_the_error_on_the_page(
    case: Case, tmp_path: Path
) -> None:
    outcome = case.run(tmp_path, fixed=False)
    assert outcome.output == case.output.read_text("utf-8")


@each_case
def test_the_test_on_the_page_catches_the_error(case: Case, tmp_path: Path) -> None:
    if case.commands and (case.folder / "test_app.py").exists():
        case.write(tmp_path, fixed=False)
        assert not case.run_tests(tmp_path).succeeded


@each_case
def test_the_fixed_app_works(case: Case, tmp_path: Path) -> None:
    outcome = case.run(tmp_path, fixed=True)
    assert outcome.succeeded, outcome.output
    if case.commands and (case.folder / "test_app.py").exists():
        tests = case.run_tests(tmp_path)
        assert tests.succeeded, tests.output


@each_case
def test_the_page_shows_the_error_and_all_files(case: Case) -> None:
    page = (PAGES / f"{case.name}.rst").read_text("utf-8")
    title = page.splitlines()[3].replace("\\", "")
    error = " ".join(case.output.read_text("utf-8").split())
    match = SequenceMatcher(None, title, error, autojunk=False).find_longest_match()
    assert match.size > 20 or case.name in SYMPTOMS, title
    root = PAGES.parents[1]
    for file in sorted(case.folder.rglob("*.*")):
        if "__pycache__" not in file.parts:
            assert f".. example:: {file.relative_to(root).as_posix()}\n" in page


def test_each_case_has_a_page() -> None:
    pages = {page.stem for page in PAGES.glob("*.rst")} - {"index"}
    assert pages == {case.name for case in CASES}
