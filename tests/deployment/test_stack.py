"""The stack leaves nothing behind, and says what it lacks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from stack import Stack, StackError

from tests.conftest import FolderFactory

ROOT = Path(__file__).parents[2]
# Starts a stack, tells the pids of its processes and waits to be killed.
STARTER = """
import sys, time
from pathlib import Path
from stack import Stack

with Stack(Path(sys.argv[1]), instances=1, proxy=None) as stack:
    print(*[stack[name].pid for name in ("postgres", "redis", "app-1")], flush=True)
    time.sleep(600)
"""


def lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until_gone(pids: list[int]) -> None:
    deadline = time.monotonic() + 30
    while left := [pid for pid in pids if lives(pid)]:
        assert time.monotonic() < deadline, f"still there: {left}"
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_who_starts_it_and_dies_leaves_nobody(
    server_folder: FolderFactory, number: int
) -> None:
    command = [sys.executable, "-c", STARTER, str(server_folder("killed"))]
    starter = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert starter.stdout is not None
    with starter.stdout:
        pids = [int(pid) for pid in starter.stdout.readline().split()]
    assert len(pids) == 3
    pids += [child.pid for pid in pids for child in psutil.Process(pid).children()]
    assert len(pids) > 4  # those of granian and PostgreSQL, too
    os.kill(starter.pid, number)
    starter.wait()
    wait_until_gone(pids)


def test_an_error_inside_ends_everything(tmp_path: Path) -> None:
    pids = []

    def go_wrong() -> None:
        with Stack(tmp_path, instances=1, proxy=None, database="sqlite") as stack:
            pids.extend([stack["redis"].pid, stack["app-1"].pid])
            raise LookupError

    with pytest.raises(LookupError):
        go_wrong()
    wait_until_gone(pids)


def test_what_does_not_start_shows_its_log(tmp_path: Path) -> None:
    env = {"EVENTS_ENGINE": "sorcery"}
    stack = Stack(tmp_path, instances=1, proxy=None, database="sqlite", env=env)
    with pytest.raises(StackError, match="EVENTS_ENGINE is 'sorcery'"), stack:
        pass


def test_programs_that_are_missing_are_named_with_the_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda name, path=None: None)
    message = "redis-server, nginx. Install with: apt-get install redis-server nginx"
    with pytest.raises(StackError, match=message), Stack(tmp_path):
        pass


def test_an_unknown_process_is_an_error_that_names_the_known(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="There is no process 'app-9'"):
        Stack(tmp_path)["app-9"]
