"""The evidence page: every claim, every cell of the matrix, and how to repeat it."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from tests.terminal import block

from .conftest import DOCS, ROOT, Page, TinySite

EVIDENCE = DOCS / "_data" / "evidence.json"

RECORD: dict[str, Any] = {
    "sentence": "A bug stays where it is.",
    "verdict": "holds",
    "exceptions": [],
    "measure": {
        "share": 0.9,
        "cells": [
            {
                "module": module,
                "fault": "hook",
                "what": "a hook raises",
                "verdict": verdict,
                "broken": ["GET /auth/login"] if verdict == "does not hold" else [],
                "reason": "All pages call it.",
                "remedy": "Declare it.",
            }
            for module, verdict in {
                "auth": "fails closed",
                "blog": "does not hold",
            }.items()
        ],
    },
    "tests": ["tests/claims/test_isolation.py::test_stays"],
    "tolerance": {"share": [0.75, 1]},
}
TEST = {"tests/claims/test_isolation.py": "def test_stays():\n    pass\n"}


def files(record: dict[str, Any], **claims: Any) -> dict[str, str]:
    """Return a repository that holds one record."""
    evidence = {"measured": "2026-01-31", "claims": {"isolation": record, **claims}}
    return {**TEST, "docs/_data/evidence.json": json.dumps(evidence)}


def changed(**values: Any) -> dict[str, str]:
    """Return a repository whose record is another one."""
    return files({**deepcopy(RECORD), **values})


def changed_cell(**values: Any) -> dict[str, str]:
    """Return a repository whose matrix has another first cell."""
    measure = deepcopy(RECORD["measure"])
    measure["cells"][0] |= values
    return changed(measure=measure)


CLAIM = ".. claim:: isolation\n"
MATRIX = ".. fault-matrix::\n"

WRONG = {
    "no record at all": (
        CLAIM,
        TEST,
        "claim isolation: docs/_data/evidence.json is missing. Run nox -s evidence",
    ),
    "no record": (
        ".. claim:: isolaton\n",
        files(RECORD),
        "evidence.json has no 'isolaton'. It has isolation. Correct the name, or run",
    ),
    "no test": (CLAIM, changed(tests=[]), "No test attacks it. Write one in tests/"),
    "missing test": (
        CLAIM,
        changed(tests=["tests/claims/test_isolation.py::test_runs"]),
        "Its test tests/claims/test_isolation.py::test_runs is not in the repository.",
    ),
    "missing file": (
        CLAIM,
        changed(tests=["tests/claims/test_away.py::test_stays"]),
        "Its test tests/claims/test_away.py::test_stays is not in the repository.",
    ),
    "too small": (
        CLAIM,
        changed(measure={"share": 0.5}),
        "share is 0.5; the claim promises at least 0.75 and at most 1. Repair the app",
    ),
    "too large": (
        CLAIM,
        changed(measure={"share": 2}, tolerance={"share": [None, 1]}),
        "share is 2; the claim promises at most 1.",
    ),
    "not measured": (CLAIM, changed(measure={}), "share was not measured; the claim"),
    "no verdict": (
        CLAIM,
        changed(verdict="fine"),
        "'fine' is no verdict. Use one of holds, holds with exceptions, does not hold",
    ),
    "no matrix": (
        MATRIX,
        changed(measure={}),
        "fault-matrix: docs/_data/evidence.json has no 'cells'.",
    ),
    "matrix with a hole": (
        MATRIX,
        changed_cell(fault="import"),
        "The cell hook in auth is missing.",
    ),
    "cell without verdict": (
        MATRIX,
        changed_cell(verdict="fine"),
        "'fine' is no verdict of a cell.",
    ),
}


@pytest.mark.parametrize(("page", "given", "message"), WRONG.values(), ids=WRONG)
def test_wrong_record_fails_with_the_fix(
    tiny_site: TinySite, page: str, given: dict[str, str], message: str
) -> None:
    result = tiny_site(page, **given)
    assert result.returncode != 0
    assert message in result.stderr
    assert "index.rst:4: ERROR" in result.stderr
    assert "Traceback" not in result.stderr


def test_claim_shows_its_record(tiny_site: TinySite, tmp_path: Any) -> None:
    record = {**RECORD, "verdict": "holds with exceptions", "exceptions": ["A hook."]}
    result = tiny_site(f"{CLAIM}\n   More.\n", **files(record))
    assert result.returncode == 0, result.stderr
    claim = Page(tmp_path / "html", "index.html").soup.select_one(".claim")
    assert claim.select_one(".claim-sentence").get_text() == RECORD["sentence"]
    assert claim.select_one(".verdict-mark").get_text() == "! Holds with exceptions"
    assert "share: 0.9" in claim.get_text()
    assert "More." in claim.get_text()
    assert "A hook." in claim.get_text()
    assert "2026-01-31" in claim.get_text()
    link = claim.select_one("a.download")
    assert link.get_text() == "test_stays"
    assert (tmp_path / "html" / link["href"]).read_text().startswith("def test_stays")


def test_matrix_shows_each_cell_in_words(tiny_site: TinySite, tmp_path: Any) -> None:
    result = tiny_site(MATRIX, **files(RECORD))
    assert result.returncode == 0, result.stderr
    soup = Page(tmp_path / "html", "index.html").soup
    cells = [cell.get_text().strip() for cell in soup.select("table tbody td")]
    assert cells == ["■ fails closed", "✗ does not hold"]
    text = " ".join(soup.get_text().split())
    assert "hook: All pages call it. Declare it." in text
    assert "in blog: GET /auth/login." in text


def test_every_claim_stands_on_the_page(pages: dict[str, Page]) -> None:
    shown = [
        sentence.get_text().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
        for sentence in pages["evidence.html"].soup.select(".claim-sentence")
    ]
    claims = json.loads(EVIDENCE.read_text(encoding="utf-8"))["claims"]
    assert sorted(shown) == sorted(claim["sentence"] for claim in claims.values())


def test_every_cell_stands_on_the_page(pages: dict[str, Page]) -> None:
    soup = pages["evidence.html"].soup
    claims = json.loads(EVIDENCE.read_text(encoding="utf-8"))["claims"]
    cells = claims["isolation"]["measure"]["cells"]
    assert len(soup.select(".fault-matrix tbody td")) == len(cells)
    red = [cell for cell in cells if cell["verdict"] == "does not hold"]
    assert len(soup.select(".fault-matrix td.does-not-hold")) == len(red)


def test_the_record_can_be_repeated() -> None:
    commands, _ = block("evidence.rst", "repeat")
    noxfile = (ROOT / "noxfile.py").read_text(encoding="utf-8")
    for command in commands:
        session = command.removeprefix("nox -s ")
        assert f"@nox.session\ndef {session}(session: " in noxfile


def test_no_exception_names_a_fault_that_holds() -> None:
    """A record whose list of exceptions is older than its cells would be false."""
    claims = json.loads(EVIDENCE.read_text(encoding="utf-8"))["claims"]
    isolation = claims["isolation"]
    cells = isolation["measure"]["cells"]
    red = {cell["what"] for cell in cells if cell["verdict"] == "does not hold"}
    not_ready = {cell["what"] for cell in cells if cell["ready"] == 503}
    for exception in isolation["exceptions"]:
        faults = red if exception.startswith("Other modules feel it") else not_ready
        for what in {cell["what"] for cell in cells} - faults:
            assert what not in exception, exception
