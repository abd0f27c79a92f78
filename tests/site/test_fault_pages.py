"""The pages on events and faults: what they say is what was measured."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.terminal import ROOT, Terminal, block

from .conftest import DOCS, Page

FAULTS = json.loads((DOCS / "_data" / "faults.json").read_text(encoding="utf-8"))
LEFT_BEHIND = shutil.ignore_patterns("instance", "__pycache__", ".*_cache", "*.db")
NOTHING = ("lost", "duplicated", "acknowledged_but_missing", "undelivered")


def test_the_commands_see_to_events(tmp_path: Path) -> None:
    app = ROOT / "examples" / "after_modular"
    copy = shutil.copytree(app, tmp_path / "app", ignore=LEFT_BEHIND)
    commands, _ = block("how-to/events.rst", "see-to-events")
    before_a_deploy, _ = block("how-to/events.rst", "check-events")
    printed = Terminal(copy).must_run("flask initialize", *before_a_deploy, *commands)
    assert "All stored deliveries can be made." in printed
    assert "0 failed" in printed
    assert "0 deliveries will be retried." in printed
    assert "Removed 0 completed deliveries." in printed


def test_the_fault_runs_can_be_repeated() -> None:
    commands, _ = block("faults.rst", "repeat-faults")
    noxfile = (ROOT / "noxfile.py").read_text(encoding="utf-8")
    for command in commands:
        assert command.startswith("nox -s faults")
    assert "def faults(" in noxfile


def test_nothing_was_lost_with_an_outbox_and_something_without() -> None:
    scenarios = dict(FAULTS["scenarios"])
    baseline = scenarios.pop("baseline")
    assert baseline["lost"] > 0
    for run in scenarios.values():
        assert {name: run[name] for name in NOTHING} == dict.fromkeys(NOTHING, 0)


def test_more_than_a_thousand_were_killed() -> None:
    runs = FAULTS["scenarios"].values()
    assert FAULTS["kills"] == sum(run["kills"] for run in runs)
    assert FAULTS["kills"] >= 1000


def test_the_table_shows_every_run(pages: dict[str, Page]) -> None:
    text = (
        pages["faults.html"]
        .soup.get_text(" ")
        .replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    )
    for run in FAULTS["scenarios"].values():
        assert run["killed"] in text
