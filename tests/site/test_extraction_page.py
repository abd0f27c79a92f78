"""What the page on extraction types: one tree, two deployments."""

from __future__ import annotations

import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.terminal import ROOT, Terminal, _free_port, block
from tests.visitor import Visitor


@contextmanager
def typed(terminal: Terminal, commands: list[str], port: int) -> Iterator[Visitor]:
    """Type commands, the last of which serves until the end; yield a visitor."""
    *before, server = commands
    process = subprocess.Popen(
        ["bash", "-e", "-c", "\n".join([*before, f"exec env {server}"])],
        cwd=terminal.folder,
        env=terminal.env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 300
        while not answers(f"{url}/healthz"):
            assert process.poll() is None, "The server stopped."
            assert time.monotonic() < deadline
            time.sleep(0.2)
        yield Visitor(url)
    finally:
        process.terminate()
        process.wait()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False


def test_two_deployments(tmp_path: Path) -> None:
    page = [
        block("how-to/extract-a-module.rst", "everything-but-billing")[0],
        block("how-to/extract-a-module.rst", "billing-alone")[0],
    ]
    rest, billing = _free_port(), _free_port()
    commands = [
        [
            line.replace("5003", str(rest))
            .replace("5004", str(billing))
            .replace("sqlite:///", f"sqlite:///{tmp_path}/")
            for line in lines
        ]
        for lines in page
    ]
    terminal = Terminal(ROOT / "examples/after_modular")
    with (
        typed(terminal, commands[0], rest) as ada,
        typed(terminal, commands[1], billing),
    ):
        password = "a long password"
        ada.submit("/auth/login", email="ada@example.com", password=password)
        assert ada.get("/dashboard/").path == "/dashboard/"
        own = ada.get(f"http://127.0.0.1:{billing}/billing/")
        assert (own.status, own.path) == (200, "/billing/")
        assert "Your subscription" in own.text
        assert ada.get("/billing/").status == 503
