"""The engine ``inline``: for development, tests and commands."""

from __future__ import annotations

import threading
from contextvars import ContextVar

from flask import Flask

from .delivery import deliver_due

_is_delivering: ContextVar[bool] = ContextVar("is_delivering", default=False)


class Inline:
    """Delivers in the process that published, before it continues.

    Where ``EVENTS_RAISE`` is on, the publisher gets the exceptions of the listeners.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app

    def wake(self) -> None:
        """Deliver until nothing is due."""
        if _is_delivering.get():
            return  # the loop that is running finds the new events
        token = _is_delivering.set(True)
        try:
            with self._app.app_context():
                failures = deliver_due()
        finally:
            _is_delivering.reset(token)
        if failures and self._app.config["EVENTS_RAISE"]:
            raise BaseExceptionGroup("listeners failed", failures)

    def start(self) -> None:
        """Deliver what is stored from earlier, beside the requests."""
        threading.Thread(target=self.wake, daemon=True).start()
