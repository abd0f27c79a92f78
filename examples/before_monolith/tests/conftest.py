"""Fixtures: each test gets a copy of one migrated database."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

# The app reads its settings at import.
FOLDER = tempfile.TemporaryDirectory(prefix="inkwell-")
DATABASE = Path(FOLDER.name) / "test.db"
MIGRATED = Path(FOLDER.name) / "migrated.db"
os.environ.update(
    APP_ENV="testing",
    DATABASE_URL=f"sqlite:///{DATABASE}",
    MAIL_BACKEND="locmem",
    SECRET_KEY="a secret for tests",
)
for name in ("BASE_URL", "LOGIN_LIMIT", "LOGIN_IP_LIMIT", "MAIL_LIMIT"):
    os.environ.pop(name, None)

import helpers  # noqa: E402
from app import app, limiter, stats_cache  # noqa: E402
from models import Notification, Post, User, db, utcnow  # noqa: E402

PASSWORD = "correct horse battery"
PASSWORD_HASH = helpers.password_hasher.hash(PASSWORD)


class IsolatedClient(FlaskClient):
    """A client that opens a separate app context for each request."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        with app.app_context():
            response = super().open(*args, **kwargs)
        db.session.expire_all()
        return response


app.test_client_class = IsolatedClient


@pytest.fixture(scope="session", autouse=True)
def migrated() -> Iterator[None]:
    """Create the migrated database once, with the documented command."""
    result = app.test_cli_runner().invoke(args=["initialize"])
    assert result.exit_code == 0, result.output
    with app.app_context():
        db.engine.dispose()
    shutil.copy(DATABASE, MIGRATED)
    yield
    with app.app_context():
        db.engine.dispose()
    FOLDER.cleanup()


@pytest.fixture(autouse=True)
def fresh(migrated: None) -> Iterator[None]:
    """Reset the database, the mails, the rate limits and the cache."""
    with app.app_context():
        db.engine.dispose()
    for path in DATABASE.parent.glob("test.db*"):
        path.unlink()
    shutil.copy(MIGRATED, DATABASE)
    limiter.reset()
    stats_cache.clear()
    app.extensions["mailman"].outbox = []
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        yield


@pytest.fixture
def client() -> FlaskClient:
    """Return the client of an anonymous user."""
    return app.test_client()


@pytest.fixture
def outbox() -> Callable[[], list]:
    """Return a function that returns the mails sent so far."""

    def sent() -> list:
        helpers.mail_thread.submit(int).result()  # the mails before it are sent
        return app.extensions["mailman"].outbox

    return sent


@pytest.fixture
def make_user() -> Callable[..., User]:
    """Return a function that creates a user, by default a confirmed member."""

    def make(email: str = "ada@example.com", **values: object) -> User:
        values = {"name": "Ada", "confirmed_at": utcnow(), "role": "member"} | values
        user = User(email=email, password_hash=PASSWORD_HASH, **values)
        user.security_stamp = helpers.new_stamp()
        db.session.add(user)
        db.session.commit()
        return user

    return make


@pytest.fixture
def log_in(make_user: Callable[..., User]) -> Callable[..., FlaskClient]:
    """Return a function that creates a user and returns their logged-in client."""

    def log_in(email: str = "ada@example.com", **values: object) -> FlaskClient:
        make_user(email, **values)
        client = app.test_client()
        data = {"email": email, "password": PASSWORD}
        assert client.post("/auth/login", data=data).status_code == 302
        return client

    return log_in


@pytest.fixture
def member(log_in: Callable[..., FlaskClient]) -> FlaskClient:
    """Return the client of Ada, a member."""
    return log_in()


@pytest.fixture
def admin(log_in: Callable[..., FlaskClient]) -> FlaskClient:
    """Return the client of an admin."""
    return log_in("root@example.com", name="Root", role="admin")


@pytest.fixture
def user_named() -> Callable[[str], User]:
    """Return a function that loads a user by email address."""

    def find(email: str) -> User:
        return db.session.query(User).filter_by(email=email).one()

    return find


@pytest.fixture
def write() -> Callable[..., Post]:
    """Return a function that creates a post, by default a published one."""

    def write(author: User, title: str = "Ink", published: bool = True) -> Post:
        post = Post(
            author_id=author.id,
            title=title,
            body="Some *words*.",
            body_html=helpers.render_markdown("Some *words*."),
            excerpt="Some words.",
            published_at=utcnow() if published else None,
        )
        db.session.add(post)
        db.session.commit()
        return post

    return write


@pytest.fixture
def texts() -> Callable[[], list[str]]:
    """Return a function that returns the texts of all notifications."""
    return lambda: [row.text for row in db.session.query(Notification)]
