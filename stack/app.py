"""The app's own processes: instances, login processes, workers and commands."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from .errors import StackError
from .machine import HOST
from .process import Process, answers_http
from .watchdog import Watchdog

EXAMPLES = Path(__file__).parents[1] / "examples"
DEPLOY = EXAMPLES / "after_modular" / "deploy"
FOLDERS = {
    "before": EXAMPLES / "before_monolith",
    "after": EXAMPLES / "after_modular",
}
TARGETS = {"before": ["app:app"], "after": ["app:create_app", "--factory"]}
WORKERS = {
    "worker": ["flask", "events", "work"],
    "celery": [
        *("celery", "-A", "kernel.dispatchers.celery_app", "worker"),
        *("--concurrency=1", "--loglevel=INFO"),  # lists its tasks
    ],
}
READY = {"worker": "Delivering events", "celery": "outbox.deliver"}
# Processes that hash passwords yield the CPU to those that serve pages.
POLITE = ["nice", "-n", "10"]


@dataclass(frozen=True)
class App:
    """One of the two apps, with the settings that all its processes share."""

    name: str
    settings: Mapping[str, str]
    logs: Path
    watchdog: Watchdog

    def instance(
        self, name: str, *, polite: bool = False, port: int
    ) -> tuple[Process, str]:
        """Return a process that serves the app, and its address, as ``host:port``."""
        server = ["granian", "--interface=wsgi", f"--host={HOST}", f"--port={port}"]
        command = [sys.executable, "-m", *server, *TARGETS[self.name]]
        process = self._process(
            name,
            [*POLITE, *command] if polite else command,
            lambda: answers_http(f"http://{HOST}:{port}/healthz"),
        )
        return process, f"{HOST}:{port}"

    def worker(self, name: str, broker: str) -> Process:
        """Return a process that delivers events; it has no port."""
        command = [sys.executable, "-m", *WORKERS[broker]]
        process = self._process(
            name, command, lambda: process.has_printed(READY[broker])
        )
        return process

    def flask(self, *arguments: str) -> str:
        """Run a ``flask`` command of the app; return what it prints.

        :raises StackError: with what it printed, if it fails.
        """
        done = subprocess.run(
            [sys.executable, "-m", "flask", *arguments],
            cwd=FOLDERS[self.name],
            env={**os.environ, **self.settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            raise StackError(f"flask {' '.join(arguments)} failed:\n{done.stdout}")
        return done.stdout

    def _process(
        self, name: str, command: list[str], answers: Callable[[], bool]
    ) -> Process:
        return Process(
            name,
            command,
            self.logs / f"{name}.log",
            self.watchdog,
            answers,
            folder=FOLDERS[self.name],
            env={"PYTHONUNBUFFERED": "1", **server_settings(), **self.settings},
        )


def server_settings() -> dict[str, str]:
    """Return the settings of granian, the same as in a container."""
    lines = (DEPLOY / "server.env").read_text().splitlines()
    pairs = (line.split("=", 1) for line in lines if line and line[0] != "#")
    return {name: value for name, value in pairs}
