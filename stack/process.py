"""A server process that a test may start, stop and kill as often as it likes."""

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
    """One server, with the children that it starts.

    :param command: what to run.
    :param log: the file that gets what it prints.
    :param answers: whether it is ready to serve.
    :param env: what it finds in its environment, besides ours.
    :param user: the user to run as, ours if not given; only root can choose.
    :param stop_signal: what asks it to finish its work and end.
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
        """The number of the running process, which is that of its group, too."""
        if not self.running or self._popen is None:
            raise StackError(f"{self.name} is not running.")
        return self._popen.pid

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._popen is not None and self._popen.poll() is None

    def start(self) -> None:
        """Start it, and return when it answers.

        :raises StackError: with the end of its log, if it never does.
        """
        self.launch()
        self.wait()

    def launch(self) -> None:
        """Start it, and go on: several may start side by side."""
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
        """Return when it answers.

        :raises StackError: with the end of its log, if it never does.
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
        """Ask it to finish what it does and to end, and wait for that.

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
        """End it and its children at once (SIGKILL), in the middle of whatever."""
        if self._popen is None:
            return
        family: list[psutil.Process] = []
        if self.running:
            family = psutil.Process(self._popen.pid).children(recursive=True)
        kill_group(self._popen.pid)
        self._popen.wait()
        for child in family:  # PostgreSQL's are in groups of their own
            with suppress(psutil.NoSuchProcess):
                child.kill()
        while any(map(_works, family)):
            time.sleep(0.01)
        self._forget()

    def restart(self) -> None:
        """Stop it and start it again."""
        self.stop()
        self.start()

    def has_printed(self, text: str) -> bool:
        """Tell whether ``text`` is in its log since it was started."""
        with self.log.open("rb") as log:
            log.seek(self._log_start)
            return text.encode() in log.read()

    def error(self, problem: str) -> StackError:
        """Return an error that says what is wrong, and how the log ends."""
        log = self.log.read_text(errors="replace").splitlines()
        return StackError("\n".join([f"{problem}. Its log ends so:", *log[-20:]]))

    def _forget(self) -> None:
        if self._popen is not None:
            self.watchdog.forget(self._popen.pid)
            self._popen = None


def _works(process: psutil.Process) -> bool:
    """Tell whether a process still holds files and ports: a zombie doesn't."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def answers_http(url: str) -> bool:
    """Tell whether a GET of ``url`` is answered with success."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False
