"""Run one of the apps under a real WSGI server, and read what it costs."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 30


@dataclass(frozen=True)
class App:
    """An app to measure: its folder, what the server loads, and its Python."""

    name: str
    folder: Path
    target: str
    python: Path = Path(sys.executable)

    def flask(self, *arguments: str, env: Mapping[str, str]) -> None:
        """Run a ``flask`` command of the app; fail loudly if it fails."""
        subprocess.run(
            [sys.executable, "-m", "flask", *arguments],
            cwd=self.folder,
            env={**os.environ, **env},
            check=True,
            stdout=subprocess.DEVNULL,
        )


BARE = App("bare", ROOT / "benchmarks/bare", "app:app")
MONOLITH = App("monolith", ROOT / "examples/before_monolith", "app:app")
MODULAR = App("modular", ROOT / "examples/after_modular", "app:create_app()")


class Server:
    """A running app: asks it for pages, and knows the CPU time it has used."""

    def __init__(self, app: App, process: psutil.Process, port: int) -> None:
        self.app = app
        self._process = process
        self._port = port

    def get(self, path: str) -> bytes:
        """Return the body of a page.

        :raises RuntimeError: if the page does not answer 200.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self._port)
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        if response.status != 200:
            raise RuntimeError(f"{self.app.name} {path}: {response.status}")
        return body

    def cpu_seconds(self) -> float:
        """Return the user and system time of all of the server's processes."""
        return sum(sum(process.cpu_times()[:2]) for process in self._family())

    def megabytes(self) -> float:
        """Return the memory of all of them; what they share is counted once (PSS)."""
        parts = (process.memory_full_info() for process in self._family())
        return sum(getattr(part, "pss", part.uss) for part in parts) / 2**20

    def _family(self) -> list[psutil.Process]:
        return [self._process, *self._process.children(recursive=True)]


@contextmanager
def serve(app: App, env: Mapping[str, str], workers: int = 1) -> Iterator[Server]:
    """Run ``app`` under gunicorn, with workers that each answer one at a time."""
    port = _free_port()
    process = psutil.Popen(
        [
            *(str(app.python), "-m", "gunicorn", "--no-control-socket"),
            *("--workers", str(workers), "--bind", f"127.0.0.1:{port}", app.target),
        ],
        cwd=app.folder,
        env={**os.environ, **env},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        yield Server(app, process, port)
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"No server on port {port} after {START_SECONDS} seconds.")
