"""People for the tests of accounts."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from modules.auth import accounts
from modules.auth.models import User

EMAIL = "ada@example.com"
PASSWORD = "a quiet long password"

LogIn = Callable[..., TestResponse]


@pytest.fixture
def user(app: Flask) -> User:
    """Return a member."""
    user = accounts.register("Ada", EMAIL, PASSWORD)
    assert user is not None
    accounts.confirm(user)
    return user


@pytest.fixture
def log_in(client: FlaskClient) -> LogIn:
    """Return a function that sends the log-in form."""

    def log_in(
        email: str = EMAIL, password: str = PASSWORD, path: str = "/auth/login"
    ) -> TestResponse:
        return client.post(path, data={"email": email, "password": password})

    return log_in
