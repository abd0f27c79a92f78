"""Scenarios: this happens, and so that must follow."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Sequence

from flask import Flask

from kernel.database import db
from kernel.events import Event, publish


class Scenario:
    """Says what happens; what it returns says what must follow.

    For example::

        scenario.publish(UserDeleted(user_id=7)).expect(lambda: count_posts() == 0)
        scenario.when(lambda: pay(checkout)).expect_event(InvoicePaid, amount=900)

    Use the fixture ``scenario``.
    """

    def __init__(self, app: Flask, heard: Sequence[Event]) -> None:
        self._app = app
        self._heard = heard

    def publish(self, event: Event) -> Outcome:
        """Let ``event`` be published, as if its module had just committed it."""

        def act() -> None:
            publish(event)
            db.get_session(event.publisher()).commit()

        return self._act(act, repr(event))

    def when(self, action: Callable[[], object]) -> Outcome:
        """Do something: call a function, send a request."""
        return self._act(action, _source(action))

    def _act(self, action: Callable[[], object], cause: str) -> Outcome:
        before = len(self._heard)
        action()
        return Outcome(self._app, cause, lambda: self._heard[before:])


class Outcome:
    """What must follow from something that has happened."""

    # Nothing waits as long as that unless it fails.
    PATIENCE = 1.0  # seconds

    def __init__(
        self, app: Flask, cause: str, events: Callable[[], Sequence[Event]]
    ) -> None:
        self._app = app
        self._cause = cause
        self._events = events

    def expect(self, condition: Callable[[], object]) -> Outcome:
        """Wait until ``condition`` holds; fail if it does not within a second.

        It is asked in an app context of its own, so its sessions read the database
        and not what the test has read before.
        """
        if not self._wait_for(lambda: self._holds(condition)):
            raise AssertionError(f"After {self._cause}: {_source(condition)} is false.")
        return self

    def expect_event(self, kind: type[Event], **facts: object) -> Outcome:
        """Wait until an event of ``kind`` with these ``facts`` is published.

        It counts when its transaction has committed, and once the scenario began.
        """

        def is_expected(event: Event) -> bool:
            return isinstance(event, kind) and facts.items() <= vars(event).items()

        if not self._wait_for(lambda: any(map(is_expected, self._events()))):
            raise AssertionError(
                f"After {self._cause}: no {kind.__name__} with {facts}. There were "
                f"{list(self._events())}."
            )
        return self

    def _holds(self, condition: Callable[[], object]) -> bool:
        with self._app.app_context():
            return bool(condition())

    def _wait_for(self, condition: Callable[[], bool]) -> bool:
        deadline = time.monotonic() + self.PATIENCE
        while not condition():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        return True


def _source(function: Callable[[], object]) -> str:
    """Return the line where ``function`` is written, for messages."""
    try:
        return inspect.getsource(function).strip().splitlines()[0]
    except (OSError, TypeError):
        return repr(function)
