"""People for the tests of accounts."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_mailman import EmailMessage
from werkzeug.test import TestResponse

from core.events import Event
from modules.auth import accounts
from modules.auth.models import User

EMAIL = "ada@example.com"
PASSWORD = "a quiet long password"


@pytest.fixture
def user(app: Flask) -> User:
    """Return a member."""
    user = accounts.register("Ada", EMAIL, PASSWORD)
    assert user is not None
    accounts.confirm(user)
    return user


@pytest.fixture
def log_in(client: FlaskClient) -> Callable[..., TestResponse]:
    """Return a function that sends the log-in form."""

    def log_in(
        email: str = EMAIL, password: str = PASSWORD, path: str = "/auth/login"
    ) -> TestResponse:
        return client.post(path, data={"email": email, "password": password})

    return log_in


@pytest.fixture
def outbox(app: Flask) -> list[EmailMessage]:
    """Return the mails that were sent."""
    mailman = app.extensions["mailman"]
    mailman.outbox = []
    return mailman.outbox


@pytest.fixture
def published(app: Flask) -> list[Event]:
    """Return the events that this module has published, and nobody else hears them."""
    events: list[Event] = []
    listeners = app.extensions["events"].listeners
    for name in app.extensions["events"].published:
        if name.startswith("auth."):
            listeners[name] = [events.append]
    return events
