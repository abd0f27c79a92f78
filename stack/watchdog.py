"""Kills every process of a stack when the process that started them has ended.

A killed parent can't clean up, and Linux's parent-death signal follows the thread that
started a process and spares that process's children. So the parent holds a pipe to
this small program; when the pipe closes, it kills the remaining processes.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from typing import Self


class Watchdog:
    """A helper process that outlives this one briefly. Use as a context manager."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-S", __file__],
            stdin=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )
        return self

    def __exit__(self, *error: object) -> None:
        self._process.communicate()  # closes the pipe: the rest is killed

    def watch(self, group: int) -> None:
        """Kill this process group when this process ends."""
        self._write(group)

    def forget(self, group: int) -> None:
        """Stop watching a group that has ended: its ID may be reused."""
        self._write(-group)

    def _write(self, number: int) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{number}\n")
        self._process.stdin.flush()


def kill_group(group: int) -> None:
    """Kill a process group, if it still exists."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def main() -> None:
    """Read group IDs until the pipe closes: watch a positive one, forget a negative."""
    groups: set[int] = set()
    for line in sys.stdin:
        number = int(line)
        if number > 0:
            groups.add(number)
        else:
            groups.discard(-number)
    for group in groups:
        kill_group(group)


if __name__ == "__main__":
    main()
