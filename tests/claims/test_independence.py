"""Independence: the app runs with any choice of modules, and without each one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .conftest import Recorder
from .copies import FOLDERS, ROOT, copy_app, module_folders, must, python
from .reports import run_tests

APP = FOLDERS["after"]
OPTIONAL = sorted(set(module_folders(APP)) - {"auth"})  # all others depend on it
PAGES = {
    "admin": "/admin/",
    "billing": "/billing/",
    "blog": "/blog/",
    "dashboard": "/dashboard/",
    "notifications": "/notifications/",
}


def test_every_choice_boots_migrates_and_answers(record: Recorder) -> None:
    report = run_tests(APP, "tests/integration/test_subsets.py")
    record(
        "independence",
        choices=len(report.passed) + len(report.failed),
        choices_that_fail=len(report.failed),
    )
    assert report.failed == [], report.output


@pytest.mark.parametrize("module", OPTIONAL)
def test_a_module_is_deleted_and_the_rest_runs(
    module: str, tmp_path: Path, record: Recorder
) -> None:
    app = copy_app("after", tmp_path / "app")
    shutil.rmtree(module_folders(app)[module])
    pages = [text for name in OPTIONAL if name != module for text in (PAGES[name], "")]
    must(python("-m", "tests.claims.probe", str(app), *pages, folder=ROOT))
    report = run_tests(app, "modules")
    record("independence", deleted=[module])
    assert report.failed == [], report.output
