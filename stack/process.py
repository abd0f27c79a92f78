"""A server process that tests start, stop and kill."""

from __future__ import annotations

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import KW_ONLY, dataclass, field
from pathlib import Path

import psutil

from .errors import StackError
from .watchdog import Watchdog, kill_group

START_SECONDS = 90
STOP_SECONDS = 30


@dataclass
class Process:
    """One server and its child processes.

    :param command: the command line.
    :param log: the file for its output.
    :param answers: returns whether it is ready.
    :param env: variables in addition to those of this process.
    :param user: the user to run as; requires root.
    :param stop_signal: the signal for a graceful shutdown.
    """

    name: str
    command: Sequence[str]
    log: Path
    watchdog: Watchdog
    answers: Callable[[], bool]
    _: KW_ONLY
    folder: Path | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    _popen: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _log_start: int = field(default=0, init=False)

    @property
    def pid(self) -> int:
        """The ID of the running process, which is the ID of its group, too."""
        if not self.running or self._popen is None:
            raise StackError(f"{self.name} is not running.")
        return self._popen.pid

    @property
    def running(self) -> bool:
        """Whether the process runs."""
        return self._popen is not None and self._popen.poll() is None

    def start(self) -> None:
        """Start the process, and wait until it is ready.

        :raises StackError: with the end of its log, if that takes too long.
        """
        self.launch()
        self.wait()

    def launch(self) -> None:
        """Start the process without waiting: several can start concurrently."""
        if self.running:
            raise StackError(f"{self.name} is running already.")
        self._forget()
        with self.log.open("ab") as log:
            self._log_start = log.tell()
            self._popen = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env={**os.environ, **self.env},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=self.user,
                group=self.user,
                extra_groups=None if self.user is None else [],
            )
        self.watchdog.watch(self._popen.pid)

    def wait(self) -> None:
        """Wait until it is ready.

        :raises StackError: with the end of its log, if that takes too long.
        """
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if not self.running:
                problem = f"{self.name} ended"
            elif time.monotonic() > deadline:
                problem = f"{self.name} did not answer in {START_SECONDS} seconds"
            else:
                time.sleep(0.05)
                continue
            self.kill()
            raise self.error(problem)

    def stop(self) -> None:
        """Shut it down gracefully, and wait until it has ended.

        :raises StackError: if it had to be killed.
        """
        if self._popen is None:
            return
        self._popen.send_signal(self.stop_signal)
        try:
            self._popen.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            raise StackError(
                f"{self.name} did not stop in {STOP_SECONDS} seconds and was killed."
            ) from None
        finally:
            self.kill()

    def kill(self) -> None:
        """Send SIGKILL to the process and its children."""
        if self._popen is None:
            return
        family: list[psutil.Process] = []
        if self.running:
            family = psutil.Process(self._popen.pid).children(recursive=True)
        kill_group(self._popen.pid)
        self._popen.wait()
        for child in family:  # PostgreSQL's have their own groups
            with suppress(psutil.NoSuchProcess):
                child.kill()
        while any(map(_works, family)):
            time.sleep(0.01)
        self._forget()

    def restart(self) -> None:
        """Stop and start the process."""
        self.stop()
        self.start()

    def has_printed(self, text: str) -> bool:
        """Return whether its log contains ``text`` since its start."""
        with self.log.open("rb") as log:
            log.seek(self._log_start)
            return text.encode() in log.read()

    def error(self, problem: str) -> StackError:
        """Return an error with the problem and the end of the log."""
        log = self.log.read_text(errors="replace").splitlines()
        return StackError("\n".join([f"{problem}. Its log ends so:", *log[-20:]]))

    def _forget(self) -> None:
        if self._popen is not None:
            self.watchdog.forget(self._popen.pid)
            self._popen = None


def _works(process: psutil.Process) -> bool:
    """Return whether a process still holds files and ports; a zombie doesn't."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def answers_http(url: str) -> bool:
    """Return whether a GET of ``url`` succeeds."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False
