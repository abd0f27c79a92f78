"""Paths that the proxy closes stay closed however they are written."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from stack import machine

from .linters import DEPLOY

CLOSED = [
    "/metrics",
    "/internal/x",
    "/%69nternal/x",
    "/m%65trics",
    "//internal/x",
    "/./internal/x",
    "/blog/../internal/x",
    "/blog/%2e%2e/internal/x",
    "//./%6detrics",
]


class App(BaseHTTPRequestHandler):
    """The app behind the proxy: it answers everything."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"the app")

    def log_message(self, *args: object) -> None:
        """Log nothing."""


@pytest.fixture(scope="module")
def proxy() -> Iterator[int]:
    """Start HAProxy in front of an app; return its port."""
    app = ThreadingHTTPServer(("127.0.0.1", 0), App)
    threading.Thread(target=app.serve_forever, daemon=True).start()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    env = {"LISTEN": f"127.0.0.1:{port}", "APP_1": f"127.0.0.1:{app.server_port}"}
    process = subprocess.Popen(
        [machine.find_program("haproxy"), "-f", str(DEPLOY / "haproxy.cfg"), "-q"],
        env=os.environ | env,
    )
    until = time.monotonic() + 15
    while b"the app" not in ask(port, "/") and time.monotonic() < until:
        time.sleep(0.2)
    yield port
    process.terminate()
    process.wait(10)
    app.shutdown()
    app.server_close()


def ask(port: int, path: str) -> bytes:
    """Send a path as it is, which HTTP clients would change; return the answer."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            request = f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            connection.sendall(request.encode())
            return b"".join(iter(lambda: connection.recv(65536), b""))
    except ConnectionRefusedError:
        return b""


def test_other_paths_are_open(proxy: int) -> None:
    assert b"the app" in ask(proxy, "/blog/")


@pytest.mark.parametrize("path", CLOSED)
def test_a_closed_path_does_not_reach_the_app(proxy: int, path: str) -> None:
    answer = ask(proxy, path)
    assert answer.startswith(b"HTTP/1.1 404")
    assert b"the app" not in answer
