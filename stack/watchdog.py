"""Ends every process of a stack when the process that started them is gone.

A killed parent can't clean up, and Linux's parent-death signal follows the thread that
started a process and spares that process's children. So the parent holds a pipe to
this small program; when the pipe closes, whoever is left is killed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from typing import Self


class Watchdog:
    """A helper process that outlives this one by a moment. Use as a context manager."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-S", __file__],
            stdin=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )
        return self

    def __exit__(self, *error: object) -> None:
        self._process.communicate()  # closes the pipe: whoever is left is killed

    def watch(self, group: int) -> None:
        """Kill this process group when we are gone."""
        self._tell(group)

    def forget(self, group: int) -> None:
        """Don't: the group has ended, and its number may become another's."""
        self._tell(-group)

    def _tell(self, number: int) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{number}\n")
        self._process.stdin.flush()


def kill_group(group: int) -> None:
    """Kill a process group, if there still is one."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def main() -> None:
    """Read numbers until the pipe closes: a group to watch, or minus one to forget."""
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
