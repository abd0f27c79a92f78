"""Every block that the build counts as executed is executed here.

The tests that ``console`` and ``output`` blocks name run or compare these.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from sybil import Document, Sybil
from sybil.parsers.rest import DocTestParser

from .conftest import DOCS, ROOT

PAGES = sorted(DOCS.rglob("*.rst"))


PARSERS = {"executed as doctest": DocTestParser()}


def parse(page: Path) -> dict[str, Document]:
    """Return what is executed on *page*, by what the build calls it."""
    return {kind: Sybil([parser]).parse(page) for kind, parser in PARSERS.items()}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_blocks_of_a_page(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "examples" / "after_modular"))
    for document in parse(page).values():
        for example in document.examples():
            example.evaluate()


def test_no_executed_block_is_overlooked(site: Path) -> None:
    ledger = json.loads((site.parent / "doctrees" / "code-provenance.json").read_text())
    counted = Counter((block["page"], block["provenance"]) for block in ledger)
    for page in PAGES:
        for kind, document in parse(page).items():
            expected = counted[page.relative_to(DOCS).as_posix(), kind]
            found = len(list(document.examples()))
            # A session of Python is one block, but an example for each prompt.
            assert (found > 0) == (expected > 0), (page.name, kind)
            assert found >= expected, (page.name, kind)


def test_a_wrong_block_fails(tmp_path: Path) -> None:
    page = tmp_path / "page.rst"
    page.write_text(">>> 1 + 1\n3\n")
    (example,) = (each for found in parse(page).values() for each in found.examples())
    with pytest.raises(Exception, match="Expected:\n    3"):
        example.evaluate()
