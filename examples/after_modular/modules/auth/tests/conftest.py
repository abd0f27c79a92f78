"""People for the tests of accounts."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from modules.auth import accounts
from modules.auth.models import User

PASSWORD = "a quiet long password"


@pytest.fixture
def user(app: Flask) -> User:
    """Return a member."""
    user = accounts.register("Ada", "ada@example.com", PASSWORD)
    assert user is not None
    accounts.confirm(user)
    return user


@pytest.fixture
def log_in(client: FlaskClient) -> Callable[..., int]:
    """Return a function that logs somebody in and returns the answer's status."""

    def log_in(email: str = "ada@example.com", password: str = PASSWORD) -> int:
        data = {"email": email, "password": password}
        return client.post("/auth/login", data=data).status_code

    return log_in
