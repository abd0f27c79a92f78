"""Redis without persistence: after a restart it is empty."""

from __future__ import annotations

import socket
from pathlib import Path

from .machine import HOST, find_program, free_port
from .process import Process
from .watchdog import Watchdog


class Redis:
    """A Redis server."""

    def __init__(self, folder: Path, watchdog: Watchdog) -> None:
        self.port = free_port()
        options = {"bind": HOST, "port": str(self.port), "save": "", "dir": str(folder)}
        self.process = Process(
            "redis",
            [
                find_program("redis-server"),
                *(word for name in options for word in (f"--{name}", options[name])),
            ],
            folder / "redis.log",
            watchdog,
            self._answers,
        )

    def url(self, database: int) -> str:
        """Return the URL of one of its numbered databases."""
        return f"redis://{HOST}:{self.port}/{database}"

    def _answers(self) -> bool:
        try:
            with socket.create_connection((HOST, self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(7) == b"+PONG\r\n"
        except OSError:
            return False
