"""Grow processes from one that has everything loaded, and kill them again and again.

The parent imports the app once; each child is a fork of it, so a new one is there in
milliseconds. Runs in a process of its own: `python nursery.py ROLE --count 2 ...`.
It kills for `--seconds`, writes how often into `--report`, and then lets the last
children live until it is itself ended.
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
    """Answer requests, and do what the engine of the settings does beside that."""
    from werkzeug.serving import WSGIRequestHandler, make_server

    app = import_module(options.app).create_app()
    listener = socket.create_server(("127.0.0.1", options.port), backlog=512)

    class Quiet(WSGIRequestHandler):
        """Logs nothing."""

        def log_request(self, *args: object) -> None:
            """Say nothing."""

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
    from kernel.outbox.delivery import deliver_due
    from kernel.outbox.loop import Loop

    def serves(module: str) -> bool:
        return module == options.only if options.only else module != options.but

    app = import_module(options.app).create_app()
    loop = Loop(app, lambda until: deliver_due(until=until, serves=serves))
    return loop.run


def celery(options: argparse.Namespace) -> Child:
    """Do what a Celery worker of one process does."""
    module = import_module(options.app)
    words = ["worker", "--pool=solo", "--without-mingle", "--without-gossip"]
    return lambda: module.celery.worker_main([*words, "--loglevel=warning"])


ROLES = {"server": server, "worker": worker, "celery": celery}


class Nursery:
    """Keeps ``count`` children alive, and kills each after a random time.

    :param child: what a child does, for as long as it lives.
    :param between: the shortest and the longest life, in seconds.
    """

    def __init__(self, child: Child, count: int, between: tuple[float, float]) -> None:
        self._child = child
        self._between = between
        self._ends = dict.fromkeys((self._bear() for _ in range(count)), 0.0)
        for pid in self._ends:
            self._ends[pid] = self._end()
        self.fell = 0  # without having been killed

    def kill_for(self, seconds: float) -> int:
        """Kill and replace children; return how many were killed."""
        kills = 0
        until = time.monotonic() + seconds
        while (now := time.monotonic()) < until:
            pid = min(self._ends, key=self._ends.__getitem__)
            time.sleep(max(0.0, min(self._ends[pid], until) - now))
            if time.monotonic() < self._ends[pid]:
                break
            if self._is_gone(pid):
                self.fell += 1
            else:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                kills += 1
            del self._ends[pid]
            self._ends[self._bear()] = self._end()
        return kills

    def keep_alive(self) -> None:
        """Replace who falls, until this process is ended."""
        while True:
            for pid in [pid for pid in self._ends if self._is_gone(pid)]:
                self.fell += 1
                del self._ends[pid]
                self._ends[self._bear()] = 0.0
            time.sleep(0.1)

    def end(self) -> None:
        """Kill all that are left."""
        for pid in self._ends:
            os.kill(pid, signal.SIGKILL)

    def _bear(self) -> int:
        if pid := os.fork():
            return pid
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            random.seed()
            self._child()
        finally:
            os._exit(1)

    def _end(self) -> float:
        return time.monotonic() + random.uniform(*self._between)

    def _is_gone(self, pid: int) -> bool:
        gone, _ = os.waitpid(pid, os.WNOHANG)
        return gone == pid


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("role", choices=ROLES)
    parser.add_argument("--app", default="app", help="the module that makes it")
    parser.add_argument("--only", help="the one module that a worker serves")
    parser.add_argument("--but", help="the one module that a worker does not serve")
    parser.add_argument("--count", type=int, default=2)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--between", type=float, nargs=2, default=(0.3, 1.0))
    parser.add_argument("--report", type=Path, required=True)
    options = parser.parse_args()
    nursery = Nursery(ROLES[options.role](options), options.count, options.between)

    def end(*_: Any) -> None:
        nursery.end()
        sys.exit()

    signal.signal(signal.SIGTERM, end)
    kills = nursery.kill_for(options.seconds)
    _write(options.report, {"kills": kills, "fell": nursery.fell})
    nursery.keep_alive()


def _write(report: Path, told: dict[str, int]) -> None:
    """Write a report that is whole as soon as it is there: somebody waits for it."""
    draft = report.with_suffix(".draft")
    draft.write_text(json.dumps(told))
    draft.rename(report)


if __name__ == "__main__":
    main()
