"""Testability: a module is tested without the code of the others, and sooner."""

from __future__ import annotations

import re
import time
from pathlib import Path
from statistics import median

from .conftest import Recorder
from .copies import FOLDERS, copy_app, module_folders, python
from .reports import run_tests

FOREIGN = re.compile(r"^(\S+) was imported, and belongs to another module", re.M)


def run_alone(app: Path, module: str) -> tuple[list[str], int, str]:
    """Test a module; return the foreign files that were imported, and the outcome."""
    folder = module_folders(app)[module].relative_to(app)
    result = python("-m", "kernel.testing.alone", str(folder), folder=app)
    return FOREIGN.findall(result.stdout), result.returncode, result.stdout


def test_a_module_is_tested_without_the_code_of_others(record: Recorder) -> None:
    app = FOLDERS["after"]
    foreign: list[str] = []
    seconds: dict[str, float] = {}
    outcomes: dict[str, str] = {}
    for module in module_folders(app):
        start = time.perf_counter()
        files, code, output = run_alone(app, module)
        seconds[module] = time.perf_counter() - start
        foreign += files
        if code:
            outcomes[module] = output
    start = time.perf_counter()
    whole = run_tests(app, "modules")
    together = time.perf_counter() - start
    record(
        "testability",
        modules=len(seconds),
        foreign_files=len(foreign),
        typical_module_to_all=round(median(seconds.values()) / together, 2),
        slowest_module_to_all=round(max(seconds.values()) / together, 2),
    )
    assert outcomes == {}
    assert whole.failed == [], whole.output
    assert median(seconds.values()) < together


def test_code_of_another_module_is_noticed(tmp_path: Path) -> None:
    app = copy_app("after", tmp_path / "app")
    test = module_folders(app)["dashboard"] / "tests" / "test_page.py"
    test.write_text(f"{test.read_text()}\nimport modules.auth.search  # noqa\n")
    files, code, _ = run_alone(app, "dashboard")
    assert code
    assert "modules/auth/search.py" in files


def test_the_guard_refuses_code_of_another_module_in_a_page(tmp_path: Path) -> None:
    app = copy_app("after", tmp_path / "app")
    view = module_folders(app)["dashboard"] / "view.py"
    view.write_text(f"{view.read_text()}\nimport modules.auth.search  # noqa\n")
    _, code, output = run_alone(app, "dashboard")
    assert code
    assert "dashboard imports modules.auth.search" in output
