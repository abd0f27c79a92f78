"""Database outages: a 503 page, and one attempt to connect for all requests."""

from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kernel import db
from kernel.operations import database_outages
from kernel.operations.database_outages import CircuitBreaker

from .conftest import AppWith, Lines


class Refused(Exception):
    """The driver's error."""


class Clock:
    """A clock that a test sets."""

    now = 100.0

    def monotonic(self) -> float:
        """Return the time."""
        return self.now


class Driver:
    """A database driver whose server can be down."""

    loaded_dbapi = SimpleNamespace(Error=Refused, OperationalError=Refused)

    def __init__(self) -> None:
        self.is_down = True
        self.attempts = 0

    def connect(self) -> str:
        """Connect, or raise."""
        self.attempts += 1
        if self.is_down:
            raise Refused("refused")
        return "connection"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return the clock of the circuit breaker."""
    clock = Clock()
    monkeypatch.setattr(database_outages, "time", clock)
    return clock


def test_a_failed_attempt_opens_the_breaker(clock: Clock) -> None:
    driver, connect = Driver(), CircuitBreaker(3)
    for _ in range(5):
        with pytest.raises(Refused):
            connect(driver, None, (), {})
    assert driver.attempts == 1
    clock.now += database_outages.PAUSE
    with pytest.raises(Refused):
        connect(driver, None, (), {})
    assert driver.attempts == 2


def test_a_successful_attempt_closes_it(clock: Clock) -> None:
    driver, connect = Driver(), CircuitBreaker(3)
    with pytest.raises(Refused):
        connect(driver, None, (), {})
    driver.is_down = False
    clock.now += database_outages.PAUSE
    connections: list[object] = [connect(driver, None, (), {}) for _ in range(3)]
    assert connections == ["connection"] * 3


def test_during_an_attempt_others_fail_fast(clock: Clock) -> None:
    driver, connect = Driver(), CircuitBreaker(3)
    with pytest.raises(Refused):
        connect(driver, None, (), {})
    clock.now += database_outages.PAUSE

    def slow_attempt() -> str:
        driver.attempts += 1
        with pytest.raises(Refused, match="not attempted"):
            connect(Driver(), None, (), {})
        raise Refused("timed out")

    driver.connect = slow_attempt  # type: ignore[method-assign]
    with pytest.raises(Refused, match="timed out"):
        connect(driver, None, (), {})


@pytest.mark.needs("blog")
def test_a_missing_table_is_a_503_page(app: Flask, client: FlaskClient) -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE blog_post"))
    page = client.get("/blog/")
    assert page.status_code == 503
    assert page.headers["Retry-After"] == "5"
    assert "The database is not ready" in page.text
    assert "flask initialize" in page.text


@pytest.mark.needs("blog")
def test_the_page_needs_no_database(app: Flask, client: FlaskClient) -> None:
    # The menus of a logged-in user would query it.
    email, password = "ann@example.com", "correct horse battery"
    app.test_cli_runner().invoke(args=["create-admin", email, "--password", password])
    form = {"email": email, "password": password}
    assert client.post("/auth/login", data=form).status_code == 302
    statements: list[str] = []
    with db.engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE blog_post"))
    sa.event.listen(
        db.engine, "before_cursor_execute", lambda *args: statements.append(args[2])
    )
    assert client.get("/blog/").status_code == 503
    assert "blog_post" in statements[-1]


@pytest.mark.parametrize(
    ("error", "has_traceback"),
    [
        (sa.exc.OperationalError(None, None, Exception("refused")), False),
        (sa.exc.TimeoutError("no connection was free"), False),
        (sa.exc.OperationalError("SELECT", {}, Exception("no such column")), True),
    ],
)
def test_outages_are_logged_without_a_traceback(
    lines: Lines, app_with: AppWith, error: Exception, has_traceback: bool
) -> None:
    app = app_with(LOG_FORMAT="json")

    def fail() -> str:
        raise error

    app.add_url_rule("/fail", view_func=fail)
    assert app.test_client().get("/fail").status_code == 503
    line = lines()[0]
    assert line["message"].startswith("Database error: ")
    assert ("exception" in line) is has_traceback
