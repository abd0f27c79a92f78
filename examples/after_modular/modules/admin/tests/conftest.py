"""An admin and a member, each in a browser of their own."""

from types import ModuleType

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.database import db
from core.demo import PASSWORD, people
from core.registry import active_modules
from modules.auth import api as auth

ADMIN = "admin@example.com"
MEMBER = "user000001@example.com"


@pytest.fixture
def auth_demo(app: Flask) -> ModuleType:
    """Add the people of the demo."""
    part = active_modules()["auth"].part("demo")
    assert part is not None
    part.load(people(60))
    db.session.close()
    return part


@pytest.fixture
def ids(auth_demo: ModuleType) -> dict[str, int]:
    """Return the ids of the admin and of the member."""
    return auth.find_ids([ADMIN, MEMBER])


def _logged_in(app: Flask, email: str) -> FlaskClient:
    client = app.test_client()
    client.post("/auth/login", data={"email": email, "password": PASSWORD})
    return client


@pytest.fixture
def admin(app: Flask, auth_demo: ModuleType) -> FlaskClient:
    """Return an admin's browser."""
    return _logged_in(app, ADMIN)


@pytest.fixture
def member(app: Flask, auth_demo: ModuleType) -> FlaskClient:
    """Return a member's browser."""
    return _logged_in(app, MEMBER)
