"""The pages on settings and operations show the app as it is."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal import Terminal, block

from .conftest import DOCS, ROOT

APP = ROOT / "examples/after_modular"
FIELDS = """
import json
from dataclasses import fields
from app import create_app
from config import Settings
from kernel import Kernel
classes = [Settings, *Kernel.of(create_app()).settings]
print(json.dumps({each.name: each.default for cls in classes for each in fields(cls)}))
"""
# What the library adds is not ours to describe.
METRICS = """
from app import create_app
app = create_app({"DATABASE_URL": "sqlite://"})
app.test_cli_runner().invoke(args=["initialize"])
for line in app.test_client().get("/metrics").text.splitlines():
    _, kind, name, *_ = [*line.split(), "", ""]
    if kind == "TYPE" and not name.startswith("process_") and "_created" not in name:
        print(name)
"""
ROW = re.compile(r"^   \* - ``(\w+)``\n     - .+\n(?:       .+\n)*     - (.+)$", re.M)
# Two defaults are described in words: a secret, and one that depends on other settings.
IN_WORDS = {"WEBHOOK_SECRET": "a development value", "EVENTS_ENGINE": "see left"}


@pytest.fixture(scope="module")
def settings() -> dict[str, object]:
    """The settings of the app, with their defaults."""
    done = subprocess.run(
        [sys.executable, "-c", FIELDS], cwd=APP, capture_output=True, check=True
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """A shell in a fresh copy of the modular app."""
    left_behind = shutil.ignore_patterns("instance", "__pycache__", ".*_cache", "*.db")
    return Terminal(shutil.copytree(APP, tmp_path / "app", ignore=left_behind))


def test_the_page_lists_every_setting_with_its_default(
    settings: dict[str, object],
) -> None:
    text = (DOCS / "reference/settings.rst").read_text("utf-8")
    shown = dict(ROW.findall(text))
    assert shown == {name: as_shown(name, value) for name, value in settings.items()}


def test_the_readme_lists_every_setting(settings: dict[str, object]) -> None:
    text = (APP / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| (`.+?) \|", text.partition("## Settings")[2], re.M)
    assert set(re.findall(r"`(\w+)`", " ".join(rows))) == set(settings)


def test_a_wrong_setting_is_named(terminal: Terminal) -> None:
    commands, shown = block("reference/settings.rst", "wrong-setting")
    result = terminal.run(*commands)
    assert result.returncode != 0
    assert result.stderr.splitlines() == shown


def test_the_doctor(terminal: Terminal) -> None:
    commands, shown = block("how-to/monitoring.rst", "doctor")
    result = terminal.run(*commands)
    assert result.returncode == 1
    assert result.stdout.replace(f"{terminal.folder}/", "").splitlines() == shown


def test_the_page_lists_every_metric() -> None:
    done = subprocess.run(
        [sys.executable, "-c", METRICS], cwd=APP, capture_output=True, check=True
    )
    text = (DOCS / "how-to/monitoring.rst").read_text("utf-8")
    shown = re.findall(r"^   \* - ``(\w+)``$", text, re.M)
    assert set(shown) == set(done.stdout.decode().split())


def as_shown(name: str, default: object) -> str:
    """Return what the page shows of a default."""
    if name in IN_WORDS:
        return IN_WORDS[name]
    if default in ("", []):
        return r"\-"
    return f"``{int(default) if isinstance(default, bool) else default}``"
