"""Type what a page says: read its ``console`` blocks and run them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OPTION_INDENT = "   "
# What a developer may have set for this project, and a reader has not.
OURS = ("FLASK_", "PYTHONDONTWRITEBYTECODE")


def block(page: str, name: str) -> tuple[list[str], list[str]]:
    """Return the commands, and the output shown, of the block called ``name``.

    :param page: the page below ``docs``, such as ``"usage.rst"``.
    :raises LookupError: if the page has no such block.
    """
    lines = (ROOT / "docs" / page).read_text(encoding="utf-8").splitlines()
    marks = [n for n, line in enumerate(lines) if line.strip() == f":name: {name}"]
    if len(marks) != 1:
        raise LookupError(f"docs/{page} has {len(marks)} blocks called {name!r}.")
    body = []
    for line in lines[marks[0] + 1 :]:
        if line and not line.startswith(OPTION_INDENT):
            break
        body.append(line.strip())
    shown = [line for line in body if line and not line.startswith(":")]
    commands = [line.removeprefix("$ ") for line in shown if line.startswith("$ ")]
    return commands, [line for line in shown if not line.startswith("$ ")]


class Terminal:
    """A shell in a folder, with this environment's commands on its path."""

    def __init__(self, folder: Path, env: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        # What the developer's shell says must not decide what a reader sees.
        kept = {k: v for k, v in os.environ.items() if not k.startswith(OURS)}
        self.env = {**kept, "PATH": path, "PYTHONUTF8": "1", **(env or {})}

    def run(self, *commands: str) -> subprocess.CompletedProcess[str]:
        """Type the commands one after the other; stop at the first that fails."""
        return subprocess.run(
            ["bash", "-e", "-c", "\n".join(commands)],
            cwd=self.folder,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )

    def must_run(self, *commands: str) -> str:
        """Type the commands, which must succeed; return what they print."""
        result = self.run(*commands)
        assert result.returncode == 0, f"{commands}\n{result.stdout}\n{result.stderr}"
        return result.stdout

    @contextmanager
    def serve(self, *commands: str) -> Iterator[str]:
        """Type the commands, the last of which is a server; yield its URL."""
        port = _free_port()
        *before, server = commands
        script = "\n".join([*before, f"exec env {server}"])
        process = subprocess.Popen(
            ["bash", "-e", "-c", script],
            cwd=self.folder,
            env={
                **self.env,
                "FLASK_RUN_PORT": str(port),
                "GRANIAN_PORT": str(port),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(url, process)
            yield url
        finally:
            process.terminate()
            if process.stdout and not process.stdout.closed:
                process.communicate()


def status(url: str) -> int:
    """Return the status that the URL answers, redirects followed."""
    try:
        with urllib.request.urlopen(url, timeout=30) as response:
            code: int = response.status
            return code
    except urllib.error.HTTPError as error:
        return error.code


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait_for(url: str, process: subprocess.Popen[str], seconds: int = 300) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise AssertionError(f"The server stopped:\n{process.communicate()[0]}")
        try:
            status(url)
        except (ConnectionError, urllib.error.URLError):
            time.sleep(0.2)
        else:
            return
    raise AssertionError(f"No answer from {url} in {seconds} seconds.")
