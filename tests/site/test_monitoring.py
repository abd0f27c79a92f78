"""The JSON on the page about monitoring is what the app returns and logs."""

from __future__ import annotations

import json
import shutil
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.terminal import ROOT, Terminal, block

LEFT_BEHIND = shutil.ignore_patterns("instance", "__pycache__", ".*_cache", "*.db")
VARYING = ("duration_ms", "request_id", "time")


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """A shell in a fresh copy of the modular app, with its tables."""
    app = ROOT / "examples/after_modular"
    terminal = Terminal(shutil.copytree(app, tmp_path / "app", ignore=LEFT_BEHIND))
    terminal.must_run("flask initialize")
    return terminal


def parsed(lines: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads("\n".join(lines))
    return found


def test_readyz(terminal: Terminal) -> None:
    _, shown = block("how-to/monitoring.rst", "readyz")
    with (
        terminal.serve("flask run") as url,
        urllib.request.urlopen(f"{url}/readyz") as response,
    ):
        assert parsed(shown) == json.load(response)


def test_a_log_record(terminal: Terminal, tmp_path: Path) -> None:
    _, shown = block("how-to/monitoring.rst", "log-record")
    log = tmp_path / "log"
    run = f"bash -c 'LOG_FORMAT=json exec flask run 2> {log}'"
    with terminal.serve(run) as url, pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(f"{url}/blog/12345")
    lines = [line for line in log.read_text("utf-8").splitlines() if "post_id" in line]
    expected, found = parsed(shown), parsed(lines)
    assert expected.keys() == found.keys()
    for name in expected:
        assert name in VARYING or expected[name] == found[name]
