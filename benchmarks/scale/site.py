"""The apps under measurement, each with PostgreSQL, and what they cost."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
from benchmarks.load.database import Database
from benchmarks.scale.people import ADMIN, MEMBER, PASSWORD
from benchmarks.scale.visitor import Visitor
from stack import Process, Stack
from stack.machine import HOST, free_port
from stack.process import answers_http
from stack.watchdog import Watchdog

BARE = Path(__file__).parents[1] / "bare"


@dataclass(eq=False)
class Site:
    """A running app.

    :param name: ``before``, ``after`` or ``bare``.
    :param visitors: who asks for pages: ``anonymous``, ``member``, ``admin``.
    :param processes: those whose CPU time is what the app costs.
    """

    name: str
    url: str
    visitors: dict[str, Visitor]
    processes: tuple[Process, ...]
    database: Database | None = None
    connection: psycopg.Connection | None = None
    stack: Stack | None = None

    def cpu_seconds(self) -> float:
        """Return what app and database have used, without our own connection's."""
        own = self.connection.info.backend_pid if self.connection else None
        return sum(_cpu_seconds(process.pid, without=own) for process in self.processes)


@contextmanager
def bare(folder: Path) -> Iterator[Site]:
    """Serve the least that Flask does, with the same server."""
    port = free_port()
    url = f"http://{HOST}:{port}"
    server = [sys.executable, "-m", "granian", "--interface=wsgi"]
    address = [f"--host={HOST}", f"--port={port}"]
    with Watchdog() as watchdog:
        process = Process(
            "bare",
            [*server, *address, "app:app"],
            folder / "bare.log",
            watchdog,
            lambda: answers_http(url),
            folder=BARE,
        )
        process.start()
        try:
            yield Site("bare", url, {"anonymous": Visitor(url)}, (process,))
        finally:
            process.stop()


@contextmanager
def app(name: str, folder: Path, users: int, env: Mapping[str, str]) -> Iterator[Site]:
    """Serve an app with one process and a year of ``users`` people."""
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)  # PostgreSQL runs as a user of its own
    with ExitStack() as exits:
        stack = Stack(folder, app=name, instances=1, proxy=None, env=env)  # type: ignore[arg-type]
        exits.enter_context(stack)
        database = Database(name, stack.database_url)
        if not database.rows():
            stack.flask("demo", "--users", str(users))
            database.age()
        connection = psycopg.connect(stack.database_url, autocommit=True)
        exits.enter_context(connection)
        processes = (stack["app-1"], stack["postgres"])
        visitors = {"anonymous": Visitor(stack.url)}
        for role, address in (("member", MEMBER), ("admin", ADMIN)):
            visitors[role] = Visitor(stack.url)
            visitors[role].log_in(address, PASSWORD)
        yield Site(name, stack.url, visitors, processes, database, connection, stack)


def backend_seconds(connection: psycopg.Connection) -> float:
    """Return the CPU time of the database's process at the end of a connection."""
    times = psutil.Process(connection.info.backend_pid).cpu_times()
    return times.user + times.system


def _cpu_seconds(pid: int, *, without: int | None) -> float:
    total = 0.0
    process = psutil.Process(pid)
    for each in (process, *process.children(recursive=True)):
        try:
            times = each.cpu_times()
        except psutil.NoSuchProcess:
            continue
        # What has ended since then counts with its parent, which has waited for it.
        total += times.user + times.system
        total += times.children_user + times.children_system
        if each.pid == without:
            total -= times.user + times.system
    return total
