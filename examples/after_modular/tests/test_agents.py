"""AGENTS.md is up to date, and the commands it tells agents to run succeed."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from app import create_app

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "AGENTS.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```console\n(.*?)```", GUIDE, re.DOTALL)
COMMANDS = [line.removeprefix("$ ") for line in "".join(BLOCKS).splitlines()]


@pytest.mark.parametrize("command", COMMANDS)
def test_command_succeeds(command: str) -> None:
    result = subprocess.run(
        [sys.executable, "-m", *command.split()],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_guide_is_checked() -> None:
    assert "flask agents --check" in COMMANDS


def test_every_flask_command_that_is_mentioned_exists() -> None:
    app = create_app({"APP_ENV": "testing", "DATABASE_URL": "sqlite://"})
    mentioned = set(re.findall(r"`flask ([\w-]+)", GUIDE))
    assert mentioned
    assert mentioned <= set(app.cli.commands)
