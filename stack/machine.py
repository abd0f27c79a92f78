"""The programs and the free ports of this machine."""

from __future__ import annotations

import random
import shutil
import socket
from collections.abc import Iterable

from .errors import StackError

HOST = "127.0.0.1"
# Below the ephemeral ports of Linux and macOS: while a killed process is down, no
# outgoing connection takes its port.
PORTS = range(20_000, 32_768)
# The Debian package of each program. Debian installs servers outside a user's PATH.
PACKAGES = {
    "haproxy": "haproxy",
    "nginx": "nginx",
    "redis-server": "redis-server",
    "systemd-analyze": "systemd",
}
SYSTEM_FOLDERS = "/usr/sbin:/usr/local/sbin:/opt/homebrew/bin"


def find_program(name: str) -> str:
    """Return the path of a program that :func:`require` has checked."""
    return shutil.which(name) or shutil.which(name, path=SYSTEM_FOLDERS) or name


def require(programs: Iterable[str]) -> None:
    """Raise one :class:`StackError` that names all missing programs."""
    missing = [name for name in programs if find_program(name) == name]
    if missing:
        packages = " ".join(PACKAGES[name] for name in missing)
        raise StackError(
            f"Not on this machine: {', '.join(missing)}. "
            f"Install with: apt-get install {packages}"
        )


def free_port() -> int:
    """Return an unused port of 127.0.0.1."""
    while True:
        port = random.choice(PORTS)  # noqa: S311 - a port is no secret
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
        return port
