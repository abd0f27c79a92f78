"""Scenarios: what happens, and what is expected to follow."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Sequence

from flask import Flask

from ..database import db
from ..events import Event, publish


class Scenario:
    """Triggers something; the :class:`Outcome` it returns checks what follows.

    For example::

        scenario.publish(UserDeleted(user_id=7)).expect(lambda: count_posts() == 0)
        scenario.when(lambda: rename(7, "Ada")).expect_event(UserRenamed, user_id=7)

    Use the fixture ``scenario``.
    """

    def __init__(self, app: Flask, published: Sequence[Event]) -> None:
        self._app = app
        self._published = published

    def publish(self, event: Event) -> Outcome:
        """Publish and commit ``event``, as its module does."""

        def act() -> None:
            publish(event)
            db.get_session(event.publisher()).commit()

        return self._act(act, repr(event))

    def when(self, action: Callable[[], object]) -> Outcome:
        """Run an action: call a function, send a request."""
        return self._act(action, _source(action))

    def _act(self, action: Callable[[], object], cause: str) -> Outcome:
        before = len(self._published)
        action()
        return Outcome(self._app, cause, lambda: self._published[before:])


class Outcome:
    """Checks what follows from an action."""

    TIMEOUT = 1.0  # seconds; only a failing test waits that long

    def __init__(
        self, app: Flask, cause: str, events: Callable[[], Sequence[Event]]
    ) -> None:
        self._app = app
        self._cause = cause
        self._events = events

    def expect(self, condition: Callable[[], object]) -> Outcome:
        """Wait until ``condition`` is true; fail if it is not within a second.

        It is called in a new app context, so its sessions read the database and not
        what the test has loaded before.
        """
        if not self._wait_for(lambda: self._is_true(condition)):
            raise AssertionError(f"After {self._cause}: {_source(condition)} is false.")
        return self

    def expect_event(self, kind: type[Event], **fields: object) -> Outcome:
        """Wait until an event of class ``kind`` with these ``fields`` is published.

        An event counts once its transaction has committed, and if it was published
        after the scenario began.
        """

        def is_expected(event: Event) -> bool:
            return isinstance(event, kind) and fields.items() <= vars(event).items()

        if not self._wait_for(lambda: any(map(is_expected, self._events()))):
            raise AssertionError(
                f"After {self._cause}: no {kind.__name__} with {fields}. Published: "
                f"{list(self._events())}."
            )
        return self

    def _is_true(self, condition: Callable[[], object]) -> bool:
        with self._app.app_context():
            return bool(condition())

    def _wait_for(self, condition: Callable[[], bool]) -> bool:
        deadline = time.monotonic() + self.TIMEOUT
        while not condition():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        return True


def _source(function: Callable[[], object]) -> str:
    """Return the first line of a function's source, for messages."""
    try:
        return inspect.getsource(function).strip().splitlines()[0]
    except (OSError, TypeError):
        return repr(function)
