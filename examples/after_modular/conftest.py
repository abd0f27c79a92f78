"""What every module's tests start from: an app with a fresh, migrated database."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_login import LoginManager, UserMixin
from werkzeug.test import TestResponse

from app import create_app
from core.database import db


class Browser(FlaskClient):
    """A client whose requests start from nothing, as they do on a server.

    They would share the test's app context otherwise: its sessions, and who is
    logged in.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request."""
        with self.application.app_context():
            return super().open(*args, **kwargs)


def _config(folder: Path) -> dict[str, object]:
    return {
        "APP_ENV": "testing",
        "TESTING": True,  # what goes wrong is an exception here, not a page
        "DATABASE_URL": f"sqlite:///{folder / 'test.db'}",
        "MAIL_BACKEND": "locmem",
        "WTF_CSRF_ENABLED": False,
    }


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated, empty database, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("migrated")
    app = create_app(_config(folder))
    result = app.test_cli_runner().invoke(args=["initialise"])
    assert result.exit_code == 0, result.output
    with app.app_context():
        db.engine.dispose()  # SQLite moves all that it wrote into the one file
    return folder / "test.db"


@pytest.fixture
def app(migrated: Path, tmp_path: Path) -> Iterator[Flask]:
    """Return an app with a database of its own, inside of its app context."""
    shutil.copy(migrated, tmp_path / "test.db")
    app = create_app(_config(tmp_path))
    app.test_client_class = Browser
    with app.app_context():
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a browser that keeps its cookies."""
    return app.test_client()


@dataclass
class Visitor(UserMixin):
    """Somebody who is logged in, with no account behind them."""

    id: int
    role: str
    name: str = "Ada"
    email: str = "ada@example.com"

    @property
    def is_admin(self) -> bool:
        """Whether they may use the admin pages."""
        return self.role == "admin"


@pytest.fixture
def visit_as(app: Flask, client: FlaskClient) -> Callable[..., int]:
    """Return a function that makes the client somebody, and returns their id.

    For the tests of modules that ask who is there and don't care how they came in.
    """

    def visit_as(user_id: int = 1, *, role: str = "member") -> int:
        manager = LoginManager()
        manager.user_loader(lambda _: Visitor(user_id, role))
        app.login_manager = manager  # type: ignore[attr-defined]
        with client.session_transaction() as session:
            session["_user_id"] = str(user_id)
        return user_id

    return visit_as
