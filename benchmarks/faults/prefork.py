"""Fork processes from one that has the app loaded, and kill them with SIGKILL.

The parent imports the app once; each child is a fork of it and starts in milliseconds.
Runs in a process of its own: `python prefork.py ROLE --count 2 ...`. It kills for
`--seconds`, writes the number of kills into `--report`, and then keeps the last
children running until it is terminated.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import socket
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

Child = Callable[[], object]


def server(options: argparse.Namespace) -> Child:
    """Serve requests; the engine of the settings may deliver beside them."""
    from werkzeug.serving import WSGIRequestHandler, make_server

    app = import_module(options.app).create_app()
    listener = socket.create_server(("127.0.0.1", options.port), backlog=512)

    class Quiet(WSGIRequestHandler):
        """A request handler that logs nothing."""

        def log_request(self, *args: object) -> None:
            """Log nothing."""

    def serve() -> None:
        make_server(
            "127.0.0.1",
            options.port,
            app,
            threaded=True,
            request_handler=Quiet,
            fd=listener.fileno(),
        ).serve_forever()

    return serve


def worker(options: argparse.Namespace) -> Child:
    """Do what `flask events work` does, with its options."""
    from kernel.deliveries.delivery import deliver_due
    from kernel.deliveries.worker import Worker

    def serves(module: str) -> bool:
        return module == options.only if options.only else module != options.but

    app = import_module(options.app).create_app()
    return Worker(app, lambda until: deliver_due(until=until, serves=serves)).run


def celery(options: argparse.Namespace) -> Child:
    """Do what a Celery worker with one process does."""
    module = import_module(options.app)
    arguments = ["worker", "--pool=solo", "--without-mingle", "--without-gossip"]
    return lambda: module.celery.worker_main([*arguments, "--loglevel=warning"])


ROLES = {"server": server, "worker": worker, "celery": celery}


class Prefork:
    """Keeps ``count`` children running, and kills each one after a random time.

    :param child: what a child does until it is killed.
    :param lifetime: the minimum and maximum, in seconds.
    """

    def __init__(self, child: Child, count: int, lifetime: tuple[float, float]) -> None:
        self._child = child
        self._lifetime = lifetime
        self._ends = dict.fromkeys((self._fork() for _ in range(count)), 0.0)
        for pid in self._ends:
            self._ends[pid] = self._end_time()
        self.crashed = 0  # ended without SIGKILL

    def kill_for(self, seconds: float) -> int:
        """Kill and replace children; return how many were killed."""
        kills = 0
        until = time.monotonic() + seconds
        while (now := time.monotonic()) < until:
            pid = min(self._ends, key=self._ends.__getitem__)
            time.sleep(max(0.0, min(self._ends[pid], until) - now))
            if time.monotonic() < self._ends[pid]:
                break
            if self._has_ended(pid):
                self.crashed += 1
            else:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                kills += 1
            del self._ends[pid]
            self._ends[self._fork()] = self._end_time()
        return kills

    def keep_alive(self) -> None:
        """Replace children that crash, until this process is terminated."""
        while True:
            for pid in [pid for pid in self._ends if self._has_ended(pid)]:
                self.crashed += 1
                del self._ends[pid]
                self._ends[self._fork()] = 0.0
            time.sleep(0.1)

    def kill_all(self) -> None:
        """Kill the remaining children."""
        for pid in self._ends:
            os.kill(pid, signal.SIGKILL)

    def _fork(self) -> int:
        if pid := os.fork():
            return pid
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            random.seed()
            self._child()
        finally:
            os._exit(1)

    def _end_time(self) -> float:
        return time.monotonic() + random.uniform(*self._lifetime)

    def _has_ended(self, pid: int) -> bool:
        ended, _ = os.waitpid(pid, os.WNOHANG)
        return ended == pid


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("role", choices=ROLES)
    parser.add_argument("--app", default="app", help="the module with create_app()")
    parser.add_argument("--only", help="the only module that a worker serves")
    parser.add_argument("--but", help="a module that a worker does not serve")
    parser.add_argument("--count", type=int, default=2)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--lifetime", type=float, nargs=2, default=(0.3, 1.0))
    parser.add_argument("--report", type=Path, required=True)
    options = parser.parse_args()
    processes = Prefork(ROLES[options.role](options), options.count, options.lifetime)

    def end(*_: Any) -> None:
        processes.kill_all()
        sys.exit()

    signal.signal(signal.SIGTERM, end)
    kills = processes.kill_for(options.seconds)
    _write(options.report, {"kills": kills, "crashed": processes.crashed})
    processes.keep_alive()


def _write(report: Path, counts: dict[str, int]) -> None:
    """Write the report atomically: the parent waits for the file."""
    draft = report.with_suffix(".draft")
    draft.write_text(json.dumps(counts))
    draft.rename(report)


if __name__ == "__main__":
    main()
