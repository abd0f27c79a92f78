"""A pytest plugin: logged-in users without an account, and the mails that were sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_login import LoginManager, UserMixin, current_user
from flask_mailman import EmailMessage


@dataclass
class FakeUser(UserMixin):
    """A logged-in user: what modules read from ``current_user``."""

    id: int
    role: str = "member"
    name: str = "Ada"
    email: str = "ada@example.com"

    @property
    def is_admin(self) -> bool:
        """Whether the user may open the admin pages."""
        return self.role == "admin"


class FakeLogins:
    """Replaces the login of an app: only these users can be logged in."""

    def __init__(self, app: Flask) -> None:
        self._users: dict[str, FakeUser] = {}
        manager = LoginManager()
        manager.user_loader(self._users.get)
        if replaced := getattr(app, "login_manager", None):
            manager.unauthorized_callback = replaced.unauthorized_callback
        app.login_manager = manager  # type: ignore[attr-defined]
        app.jinja_env.globals["current_user"] = current_user

    def log_in(self, user: FakeUser, client: FlaskClient) -> None:
        """Make ``user`` the one who is logged in with ``client``."""
        self._users[user.get_id()] = user
        with client.session_transaction() as session:
            session["_user_id"] = user.get_id()


@pytest.fixture
def fake_logins(app: Flask) -> FakeLogins:
    """Replace the login of ``app``."""
    return FakeLogins(app)


@pytest.fixture
def login_as(fake_logins: FakeLogins, client: FlaskClient) -> Callable[..., int]:
    """Return a function that logs a user in with ``client`` and returns their id."""

    def login_as(user_id: int = 1, *, role: str = "member") -> int:
        fake_logins.log_in(FakeUser(user_id, role), client)
        return user_id

    return login_as


@pytest.fixture
def member(app: Flask, fake_logins: FakeLogins) -> FlaskClient:
    """Return the client of a logged-in member; their id is 1."""
    client = app.test_client()
    fake_logins.log_in(FakeUser(1, "member"), client)
    return client


@pytest.fixture
def admin(app: Flask, fake_logins: FakeLogins) -> FlaskClient:
    """Return the client of a logged-in admin; their id is 2."""
    client = app.test_client()
    fake_logins.log_in(FakeUser(2, "admin"), client)
    return client


@pytest.fixture
def mailbox(app: Flask) -> list[EmailMessage]:
    """Return the list of mails that the app sends."""
    mails: list[EmailMessage] = []
    app.extensions["mailman"].outbox = mails
    return mails
