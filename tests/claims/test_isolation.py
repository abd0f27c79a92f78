"""Isolation: each kind of bug in each module, and who still answers.

Every cell of the matrix is a copy of the app with one bug in one module, started as
in production. People who logged in before the bug came open pages of every module,
sign up, pay and publish. What the guide says of each cell stands in `expected`; a
cell that gets better fails, too, so that the guide never says less than is true.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from .conftest import Recorder
from .copies import FOLDERS, ROOT, copy_app, module_folders, must, python
from .faults import FAULTS, Fault

ANSWER, CLOSED = "others answer", "fails closed"
BREAKS, NOTHING = "does not hold", "nothing to break"

MODULES = sorted(module_folders(FOLDERS["after"]))
CRITICAL = "auth"
# Found while the app starts: it does so without the module, or not at all.
WHILE_STARTING = {"menu", "import", "exit", "mapper", "register", "data pages"}
# Modules whose interface others call: a call that raises fails the caller's page.
CALLED_BY_OTHERS = {"auth", "billing", "blog", "notifications"}


@dataclass(frozen=True)
class Cell:
    """What was seen with a bug in a module."""

    verdict: str
    broken: tuple[str, ...] = ()  # what did not answer in other modules
    own: tuple[str, ...] = ()  # what did not answer in the module itself
    felt: bool = False  # whether the bug did anything at all
    ready: int | None = None  # what /readyz answered


def expected(module: str, fault: str) -> str:
    """Return the verdict that the guide gives."""
    if fault == "manifest":
        return CLOSED  # nobody knows whether the module is critical
    if fault in WHILE_STARTING and module == CRITICAL:
        return CLOSED
    if fault == "hook" or (fault == "interface" and module in CALLED_BY_OTHERS):
        return BREAKS
    return ANSWER


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
    """A database with people, and their sessions, from before the bug."""
    folder = tmp_path_factory.mktemp("state")
    must(visit("prepare", FOLDERS["after"], folder))
    return folder


def visit(command: str, app: Path, state: Path) -> CompletedProcess[str]:
    """Run `visit.py` in a process of its own."""
    arguments = ("-m", "tests.claims.visit", command, str(app), str(state))
    return python(*arguments, folder=ROOT)


def look(app: Path, state: Path, module: str = "") -> Cell:
    """Visit an app with a bug in a module, and judge whether it stays there."""
    seen = json.loads(must(visit("look", app, state)).splitlines()[-1])
    if not seen["started"]:
        return Cell(CLOSED, felt=True)
    failed = [each for each in seen["visits"] if each["broken"]]
    own = tuple(each["what"] for each in failed if each["module"] == module)
    others = tuple(each["what"] for each in failed if each["module"] != module)
    return Cell(
        BREAKS if others else ANSWER,
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
            }
        ],
    )
    assert cell.felt, "the bug did nothing: bring tests/claims/faults.py up to date"
    assert cell.verdict == (expected(module, fault.name) if has_it else NOTHING), cell
