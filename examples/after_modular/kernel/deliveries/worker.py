"""The worker: delivers as soon as there is something to deliver."""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections.abc import Callable
from weakref import WeakSet

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from kernel.database import db
from kernel.outbox.models import State
from kernel.outbox.queue import purge
from kernel.runtime import Kernel

from .changes import find_problems
from .delivery import deliver_due

POLL_INTERVAL = 1.0  # seconds
PURGE_INTERVAL = 60.0  # seconds
STOP_TIMEOUT = 10.0  # seconds

# Delivers what is due; is given a function that returns whether to stop early.
Work = Callable[[Callable[[], bool]], object]


class Worker:
    """Does ``work`` when woken and once a second; purges completed deliveries."""

    def __init__(self, app: Flask, work: Work) -> None:
        self._app = app
        self._work = work
        self._woken, self._stopped = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._purge_at = 0.0
        self._has_reported = False

    def run(self) -> None:
        """Work until stopped; survive every error, such as a database outage."""
        while not self._stopped.is_set():
            try:
                self._woken.clear()
                with self._app.app_context():
                    if not self._must_stop():
                        self._report()
                        self._work(self._must_stop)
                self._woken.wait(POLL_INTERVAL)
            except SQLAlchemyError as error:
                self._app.logger.warning("The outbox can't use its table: %s", error)
                self._stopped.wait(POLL_INTERVAL)
            except KeyboardInterrupt:
                raise
            except BaseException:
                self._app.logger.exception(
                    "Unexpected error in the outbox worker; continuing"
                )
                self._stopped.wait(POLL_INTERVAL)

    def start(self) -> None:
        """Run in a thread of this process."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._woken, self._stopped = threading.Event(), threading.Event()
                self._thread = threading.Thread(target=self.run, daemon=True)
                self._thread.start()

    def wake(self) -> None:
        """Let the thread work at once."""
        self.start()
        self._woken.set()

    def stop(self) -> None:
        """End after the current delivery."""
        self._stopped.set()
        self._woken.set()
        if self._thread:
            self._thread.join(STOP_TIMEOUT)

    def check(self) -> str | None:
        """Return what is wrong if the thread has died, and start it again."""
        if self._thread is None or self._thread.is_alive() or self._stopped.is_set():
            return None
        self.start()
        return "the thread that delivers events had died, and was started again"

    def pause(self) -> bool:
        """Stop before this process forks; return whether to continue after it."""
        if (
            self._thread in (None, threading.current_thread())
            or not self._thread.is_alive()
        ):
            return False
        self.stop()
        return True

    def resume_in_child(self) -> None:
        """Continue in a fork, with connections of its own."""
        self._lock = threading.Lock()
        with self._app.app_context():
            db.engine.dispose(close=False)
        self.start()

    def _must_stop(self) -> bool:
        # Purge between two deliveries: a busy worker may never reach the end of `work`.
        if time.monotonic() > self._purge_at:
            self._purge_at = time.monotonic() + PURGE_INTERVAL
            purge(State.COMPLETED, days=self._app.config["EVENTS_KEEP_DAYS"])
        return self._stopped.is_set()

    def _report(self) -> None:
        """Log once which stored deliveries this code can't make."""
        if not self._has_reported:
            for problem in find_problems():
                self._app.logger.warning("%s. %s", *problem)
            self._has_reported = True


class Idle:
    """The engine ``worker``: ``flask events work`` looks every second."""

    def __init__(self, app: Flask) -> None:
        """Deliver nothing in this process."""

    def wake(self) -> None:
        """Do nothing."""

    def start(self) -> None:
        """Do nothing."""


def thread(app: Flask, work: Work = lambda until: deliver_due(until=until)) -> Worker:
    """Return a worker in a thread; a server that forks gets one in each process."""
    worker = Worker(app, work)
    _threads.add(worker)
    Kernel.of(app).readiness_checks.append(worker.check)
    atexit.register(worker.stop)
    return worker


_threads: WeakSet[Worker] = WeakSet()
_paused: list[Worker] = []


def _before_fork() -> None:
    # A thread that runs during a fork may hold locks, which its copy never releases.
    _paused[:] = [each for each in _threads if each.pause()]


def _after_fork_in_parent() -> None:
    for each in _paused:
        each.start()


def _after_fork_in_child() -> None:
    for each in _paused:
        each.resume_in_child()


if hasattr(os, "register_at_fork"):  # Windows has no forks
    os.register_at_fork(
        before=_before_fork,
        after_in_parent=_after_fork_in_parent,
        after_in_child=_after_fork_in_child,
    )
