"""Type a peer's commands in an empty directory, and watch the clock."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

from benchmarks.peers.peer import Peer, Step
from tests.environment import TOOL, Environment
from tests.visitor import Page, Visitor

PATIENCE = 120
# What a developer may have set for this project, and a newcomer has not.
OURS = ("FLASK_", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "VIRTUAL_ENV")
# `pip install` by uv where it is present; everything else is pip's.
PIP = """#!/bin/sh
if [ "$1" = install ]; then shift; exec uv pip install -q --python {python} "$@"; fi
exec {pip} "$@"
"""


class FailedError(RuntimeError):
    """A command of a peer failed; says which, and the line that names the error."""


class Project:
    """A directory and a virtual environment, both empty in the beginning."""

    def __init__(self, peer: Peer, folder: Path) -> None:
        self.peer = peer
        self.root = folder
        self.folder = folder / "work"
        self.folder.mkdir(parents=True)
        self._printed = ""
        self.took: dict[str, float] = {}  # by the first two words of a command
        self.environment = Environment(folder / "environment")
        scripts = self.environment.scripts
        if TOOL == "uv":
            python, pip = self.environment.python, shutil.which("pip") or "pip"
            shim = PIP.format(python=python, pip=pip)
            (scripts / "pip").write_text(shim)
            (scripts / "pip").chmod(0o755)
        kept = {k: v for k, v in os.environ.items() if not k.startswith(OURS)}
        path = f"{scripts}{os.pathsep}{os.environ['PATH']}"
        self.env = {**kept, "PATH": path, "PYTHONUTF8": "1", **peer.env}

    def take(self, steps: Iterable[Step]) -> float:
        """Type the steps; return the seconds that they took."""
        return sum(self.type(step.command)[0] for step in steps)

    def type(
        self, command: str, env: Mapping[str, str] | None = None
    ) -> tuple[float, str]:
        """Type a command; return the seconds that it took, and what it printed.

        :raises FailedError: if it fails, or runs for too long.
        """
        if command.startswith("cd "):
            return self._enter(command.removeprefix("cd "))
        start = time.perf_counter()
        try:
            result = subprocess.run(
                ["bash", "-c", command],
                cwd=self.folder,
                env={**self.env, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=5 * PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise FailedError(f"{self._short(command)}: no end in time") from None
        seconds = time.perf_counter() - start
        self.took[self._short(first_words(command))] = seconds
        self._printed = result.stdout
        if result.returncode:
            reason = self._short(error_line(result.stdout))
            raise FailedError(f"{self._short(command)}: {reason}")
        return seconds, result.stdout

    def _enter(self, name: str) -> tuple[float, str]:
        self.folder /= name
        if not self.folder.is_dir():  # some generators fail in silence
            reason = self._short(error_line(self._printed))
            raise FailedError(f"cd {name}: no such folder: {reason}")
        return 0.0, ""

    @contextmanager
    def serve(self) -> Iterator[Serving]:
        """Serve the app; it may take a while until it answers."""
        port = _free_port()
        log = self.root / "server.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                ["bash", "-c", self.peer.serve.format(port=port)],
                cwd=self.folder,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a reloader has a child
            )
        try:
            yield Serving(Visitor(f"http://127.0.0.1:{port}"), process, log)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait()

    def _short(self, text: str) -> str:
        return without_machine(text, self.root)


@dataclass(frozen=True)
class Serving:
    """An app that was told to run, and somebody who visits it."""

    visitor: Visitor
    process: subprocess.Popen[bytes]
    log: Path

    def wait_for(self, path: str) -> Page:
        """Ask for a page until it answers 200.

        :raises FailedError: if it does not.
        """
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                page = self.visitor.get(path)
            except (ConnectionError, URLError):
                time.sleep(0.02)
                continue
            if page.status == 200:
                return page
            raise self.failed(f"GET {path} answers {page.status}")
        raise self.failed(f"GET {path} is not answered")

    def failed(self, what: str) -> FailedError:
        """Return the error, with what the server says of it."""
        reason = without_machine(error_line(self.log.read_text()), self.log.parent)
        return FailedError(f"{what}: {reason}")


def first_words(command: str) -> str:
    """Return what a command is called: ``"pip install"``."""
    return " ".join(command.split()[:2])


def error_line(output: str) -> str:
    """Return the last line that names an error, or the last line."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    fatal = [line for line in lines if line.startswith("fatal: ")]  # Git's
    named = [line for line in lines if re.search(r"(Error|Exception)\b|^error", line)]
    return (fatal or named or lines or ["no output"])[-1]


def without_machine(text: str, root: Path) -> str:
    """Return the text without the names of the folders of this machine."""
    repository = str(Path(__file__).resolve().parents[2])
    for folder, name in ((str(root), "."), (repository, "REPOSITORY")):
        text = text.replace(folder, name)
    return text


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
