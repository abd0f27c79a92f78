"""The loop: work whenever something is there, or after a second."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from . import queue

POLL = 1.0  # seconds
LONGEST_STOP = 10.0  # seconds


class Loop:
    """Calls ``work`` again and again, and sweeps the outbox now and then.

    :param work: gets a function that says when to stop.
    """

    def __init__(
        self, app: Flask, work: Callable[[Callable[[], bool]], object]
    ) -> None:
        self._app = app
        self._work = work
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self._swept = -math.inf
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Run in a thread."""
        self._thread = threading.Thread(target=self.run, name="outbox", daemon=True)
        self._thread.start()

    def run(self) -> None:
        """Work until stopped, whatever happens; wait for a database that is away."""
        while not self._stopped.is_set():
            self._woken.clear()
            try:
                self._work_once()
            except SQLAlchemyError as error:
                self._app.logger.warning("The outbox can't reach its table: %s", error)
            except Exception:
                self._app.logger.exception("The outbox stumbled, and goes on")
            if not self._sweeping_is_due():
                self._woken.wait(POLL)

    def wake(self) -> None:
        """Work at once."""
        self._woken.set()

    def stop(self) -> None:
        """Finish the delivery at hand, and end."""
        self._stopped.set()
        self._woken.set()
        if self._thread:
            self._thread.join(LONGEST_STOP)

    def _work_once(self) -> None:
        with self._app.app_context():
            if self._sweeping_is_due():
                self._swept = time.monotonic()
                queue.sweep()
            self._work(self._has_to_pause)

    def _sweeping_is_due(self) -> bool:
        pause: int = self._app.config["EVENTS_STALE_AFTER"]
        return time.monotonic() - self._swept > pause

    def _has_to_pause(self) -> bool:
        return self._stopped.is_set() or self._sweeping_is_due()
