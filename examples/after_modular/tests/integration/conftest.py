"""An admin and a member with accounts, each with a client of their own."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kernel import current_kernel, db
from modules.auth import api as auth
from web.demo import PASSWORD, demo_users

ADMIN = "admin@example.com"
MEMBER = "user000001@example.com"


@pytest.fixture
def ids(app: Flask) -> dict[str, int]:
    """Load the demo's accounts; return the ids of the admin and of the member."""
    part = current_kernel.active["auth"].part("demo")
    assert part is not None
    part.load(demo_users(60))
    db.session.close()
    return auth.find_ids([ADMIN, MEMBER])


@pytest.fixture
def admin(app: Flask, ids: dict[str, int]) -> FlaskClient:
    """Return the client of a logged-in admin."""
    return logged_in(app, ADMIN)


@pytest.fixture
def member(app: Flask, ids: dict[str, int]) -> FlaskClient:
    """Return the client of a logged-in member."""
    return logged_in(app, MEMBER)


def logged_in(app: Flask, email: str) -> FlaskClient:
    """Return a client of a user of the demo."""
    client = app.test_client()
    client.post("/auth/login", data={"email": email, "password": PASSWORD})
    return client
