"""Every block that the build takes for executed or parsed, is so here.

The ``console`` blocks are typed by the tests that they name.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from sybil import Document, Example, Sybil
from sybil.parsers.rest import CodeBlockParser, DocTestParser

from .conftest import DOCS, ROOT

PAGES = sorted(DOCS.rglob("*.rst"))


class JSONParser(CodeBlockParser):
    """Parse ``code-block:: json``."""

    language = "json"

    def evaluate(self, example: Example) -> None:
        json.loads(example.parsed)


PARSERS = {"executed as doctest": DocTestParser(), "parsed as JSON": JSONParser()}


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


WRONG = {
    "doctest": (">>> 1 + 1\n3\n", "Expected:\n    3"),
    "JSON": (".. code-block:: json\n\n   {'a': 1}\n", "property name"),
}


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG.keys())
def test_wrong_block_is_found_out(tmp_path: Path, text: str, message: str) -> None:
    page = tmp_path / "page.rst"
    page.write_text(text)
    examples = [each for found in parse(page).values() for each in found.examples()]
    assert len(examples) == 1
    with pytest.raises(Exception, match=message):
        examples[0].evaluate()
