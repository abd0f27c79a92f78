"""Isolation: each kind of bug in each module, and which pages still answer.

Every cell of the matrix is a copy of the app with one bug in one module, started as
in production. Users who logged in before the bug open pages of every module, sign up,
pay and publish. A cell that gets better than `faults.py` says fails, too, so that the
site never says less than is true.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from . import visit
from .conftest import Recorder
from .copies import FOLDERS, copy_app, module_folders
from .edits import Fault
from .faults import CRITICAL, FAULTS
from .trials import TRIALS

ANSWER, CLOSED = "others answer", "fails closed"
BREAKS, NOTHING = "does not hold", "nothing to break"

MODULES = sorted(module_folders(FOLDERS["after"]))


@dataclass(frozen=True)
class Cell:
    """What was seen with a bug in a module."""

    verdict: str
    broken: tuple[str, ...] = ()  # what did not answer in other modules
    own: tuple[str, ...] = ()  # what did not answer in the module itself
    felt: bool = False  # whether the bug did anything at all
    ready: int | None = None  # what /readyz answered


def expected(module: str, fault: Fault) -> str:
    """Return the verdict that the site gives."""
    if fault.at_start and module in CRITICAL:
        return CLOSED
    return BREAKS if module in fault.spreads_from else ANSWER


def exceptions(cell: Cell, fault: Fault) -> Iterator[str]:
    """Say what the claim must not hide."""
    if cell.verdict == BREAKS:
        yield f"Other modules feel it when {fault.what}."
    elif cell.ready == 503:
        yield (
            f"When {fault.what}, all other pages answer, and /readyz says 503: behind "
            "a load balancer no new process gets requests."
        )


@pytest.fixture(scope="session")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with users, and their sessions, from before the bug."""
    folder = tmp_path_factory.mktemp("state")
    visit.run(visit.prepare, FOLDERS["after"], folder)
    return folder


def look(app: Path, state: Path, module: str = "") -> Cell:
    """Visit an app with a bug in a module, and judge whether it stays there."""
    seen = visit.run(visit.look, app, state)
    if not seen["started"]:
        assert seen["refused"], f"no startup error, but {seen['reason']}"
        return Cell(CLOSED, felt=True)
    failed = [each for each in seen["visits"] if each["broken"]]
    own = tuple(each["what"] for each in failed if each["module"] == module)
    others = tuple(each["what"] for each in failed if each["module"] != module)
    ended = any("the process ends" in each["broken"] for each in failed)
    return Cell(
        BREAKS if others or ended else ANSWER,
        others,
        own,
        felt=bool(failed or seen["logged"] or not seen["migrated"]),
        ready=seen["ready"],
    )


def test_all_answer_and_nothing_is_felt_without_a_bug(state: Path) -> None:
    assert look(FOLDERS["after"], state) == Cell(ANSWER, ready=200)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("module", MODULES)
def test_a_bug_stays_in_its_module(
    module: str, fault: Fault, state: Path, tmp_path: Path, record: Recorder
) -> None:
    app = copy_app("after", tmp_path / "app")
    has_it = fault.inject(module_folders(app)[module])
    cell = look(app, state, module) if has_it else Cell(NOTHING, felt=True)
    red = cell.verdict == BREAKS
    record(
        "isolation",
        exceptions=tuple(exceptions(cell, fault)),
        cells=[
            {
                "module": module,
                "fault": fault.name,
                "what": fault.what,
                "verdict": cell.verdict,
                "broken": list(cell.broken),
                "own": list(cell.own),
                "ready": cell.ready,
                "reason": fault.reason if red else "",
                "remedy": fault.remedy if red else "",
            }
        ],
    )
    assert cell.felt, "the bug did nothing: bring tests/claims/faults.py up to date"
    assert cell.verdict == (expected(module, fault) if has_it else NOTHING), cell


@pytest.mark.parametrize("fault", TRIALS, ids=lambda fault: fault.name)
def test_a_bug_of_a_kind_that_the_code_does_not_know_stays_in_its_module(
    fault: Fault, state: Path, tmp_path: Path
) -> None:
    module = "notifications"
    app = copy_app("after", tmp_path / "app")
    assert fault.inject(module_folders(app)[module])
    cell = look(app, state, module)
    assert cell.verdict == expected(module, fault), cell
