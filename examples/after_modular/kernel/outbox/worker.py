"""The worker: delivers as soon as there is something to deliver."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from .models import State
from .queue import purge

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

    def run(self) -> None:
        """Work until stopped; survive every error, such as a database outage."""
        while not self._stopped.is_set():
            self._woken.clear()
            try:
                with self._app.app_context():
                    if not self._must_stop():
                        self._work(self._must_stop)
            except SQLAlchemyError as error:
                self._app.logger.warning("The outbox can't use its table: %s", error)
            except Exception:
                self._app.logger.exception("Unexpected error in the outbox worker")
            self._woken.wait(POLL_INTERVAL)

    def start(self) -> None:
        """Run in a thread of this process; a server may have forked since."""
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

    def _must_stop(self) -> bool:
        # Purge between two deliveries: a busy worker may never reach the end of `work`.
        if time.monotonic() > self._purge_at:
            self._purge_at = time.monotonic() + PURGE_INTERVAL
            purge(State.COMPLETED, days=self._app.config["EVENTS_KEEP_DAYS"])
        return self._stopped.is_set()
