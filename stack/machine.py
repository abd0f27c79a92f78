"""What the stack needs of this machine: programs and free ports."""

from __future__ import annotations

import random
import shutil
import socket
from collections.abc import Iterable

from .errors import StackError

HOST = "127.0.0.1"
# Below the ports that Linux and macOS give to outgoing connections: while a killed
# process is down, no connection takes its port.
PORTS = range(20_000, 32_768)
# The Debian package of each program. Debian keeps servers where only root looks.
PACKAGES = {
    "haproxy": "haproxy",
    "nginx": "nginx",
    "redis-server": "redis-server",
    "systemd-analyze": "systemd",
}
SYSTEM_FOLDERS = "/usr/sbin:/usr/local/sbin:/opt/homebrew/bin"


def find_program(name: str) -> str:
    """Return the path of a program; it was asked for with :func:`require`."""
    return shutil.which(name) or shutil.which(name, path=SYSTEM_FOLDERS) or name


def require(programs: Iterable[str]) -> None:
    """Raise one :class:`StackError` that names every program that is not there."""
    missing = [name for name in programs if find_program(name) == name]
    if missing:
        packages = " ".join(PACKAGES[name] for name in missing)
        raise StackError(
            f"Not on this machine: {', '.join(missing)}. "
            f"Install with: apt-get install {packages}"
        )


def free_port() -> int:
    """Return a port of 127.0.0.1 on which nobody listens."""
    while True:
        port = random.choice(PORTS)  # noqa: S311 - a port is no secret
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
        return port
