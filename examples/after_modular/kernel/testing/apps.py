"""Apps for tests: the type of their factory, and a client that isolates requests."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ..manifest import Module

# Makes an app for tests from a path for its SQLite database and the modules to run.
AppFactory = Callable[[Path, Iterable[str | Module]], Flask]


class IsolatedClient(FlaskClient):
    """A client whose requests have app contexts of their own, as on a server.

    They would share the test's app context otherwise: its sessions and its user.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request."""
        with self.application.app_context():
            return super().open(*args, **kwargs)
