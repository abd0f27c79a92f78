"""The comparison page: what it shows is in the record, failures and all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.terminal import block

from .conftest import DOCS, ROOT, Page, TinySite

RECORD: dict[str, Any] = {
    "peers": {
        "ours": {
            "name": "Ours",
            "version": "1.0",
            "commands": {"page": 3, "admin": 4, "module": 2},
            "lines_by_hand": {"page": 0, "admin": 0, "module": 0},
            "seconds": {"page": 2.5, "admin": 3.5, "module": 1.0},
            "tests": {"command": "pytest", "passed": 7, "failed": 0},
            "rules": {
                "check": "look",
                "reaching_in_is_noticed": True,
                "others_answer_when_one_is_broken": False,
            },
            "module_start_ms": 2.5,
        },
        "theirs": {"name": "Theirs", "error": "Name or service not known"},
    },
    "holds": {"fewer_commands": True, "shorter_time": False},
}


FILES = {"docs/_data/peers.json": json.dumps(RECORD)}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("goals", ["holds", "does not hold"]),
        ("first-pages", ["Ours 1.0", "2.5", "3.5"]),
        ("own-page", ["Ours 1.0", "2", "1"]),
        ("tests", ["pytest", "7"]),
        ("modules", ["look", "yes", "no"]),
        ("excluded", ["Theirs", "Name or service not known"]),
    ],
)
def test_tables(
    name: str, shown: list[str], tiny_site: TinySite, tmp_path: Path
) -> None:
    result = tiny_site(f".. data-table:: peers {name}", **FILES)
    assert result.returncode == 0, result.stderr
    cells = Page(tmp_path / "html", "index.html").soup.select("td, th")
    assert {*shown} <= {cell.get_text(strip=True) for cell in cells}


def test_the_commands_are_as_many_as_the_page_says() -> None:
    """The page names three with uv, and says that there are five without."""
    record = json.loads((DOCS / "_data/peers.json").read_text("utf-8"))
    assert record["peers"]["ours"]["commands"]["admin"] == 3
    blocks = ("generate", "run-your-own")
    typed = [block("start-your-own.rst", name)[0] for name in blocks]
    assert sum(map(len, typed)) == 5


def test_unknown_table(tiny_site: TinySite) -> None:
    result = tiny_site(".. data-table:: peers prices", **FILES)
    assert "peers has no 'prices'. It has goals, first-pages" in result.stderr


def test_no_record(tiny_site: TinySite) -> None:
    result = tiny_site(".. data-table:: peers costs")
    assert "Run nox -s peers, which writes it." in result.stderr


def test_no_peer_is_dropped() -> None:
    """Each peer of the record is on the page: with figures, or with its error."""
    peers = json.loads((DOCS / "_data/peers.json").read_text(encoding="utf-8"))["peers"]
    for name, peer in peers.items():
        assert name == "bare" or "seconds" in peer or peer["error"], name


def test_the_record_can_be_repeated() -> None:
    commands, _ = block("compare.rst", "repeat-peers")
    noxfile = (ROOT / "noxfile.py").read_text(encoding="utf-8")
    for command in commands:
        session = command.removeprefix("nox -s ")
        assert f"@nox.session\ndef {session}(session: " in noxfile
