"""Apps for tests: their settings, and a browser that keeps requests apart."""

from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class Browser(FlaskClient):
    """A client whose requests start from nothing, as they do on a server.

    They would share the test's app context otherwise: its sessions, and who is
    logged in.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request."""
        with self.application.app_context():
            return super().open(*args, **kwargs)


def config(database: Path) -> dict[str, object]:
    """Return the settings of an app whose database is the file ``database``."""
    return {
        "APP_ENV": "testing",
        "TESTING": True,  # what goes wrong is an exception here, not a page
        "DATABASE_URL": f"sqlite:///{database}",
        "MAIL_BACKEND": "locmem",
        "WTF_CSRF_ENABLED": False,
    }
