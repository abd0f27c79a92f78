"""Health is told module by module, and the whole app waits for what it rests on."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kernel.database import db


@pytest.fixture
def drop(app: Flask) -> Callable[[str], None]:
    """Return a function that forgets how far a module was migrated."""

    def drop(name: str) -> None:
        with db.engine.begin() as connection:
            connection.execute(sa.text(f"DELETE FROM {name}_migration"))

    return drop


@pytest.mark.needs("blog")
def test_every_module_is_named(client: FlaskClient) -> None:
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json["status"] == "ok"
    assert set(ready.json["modules"].values()) == {"ok"}
    assert {"auth", "blog", "outbox"} <= ready.json["modules"].keys()


@pytest.mark.needs("blog")
def test_one_module_holds_nobody_up(
    client: FlaskClient, drop: Callable[[str], None]
) -> None:
    drop("blog")
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json["status"] == "degraded"
    assert ready.json["modules"]["blog"] == "not migrated"
    assert ready.json["modules"]["auth"] == "ok"
    assert ready.json["reason"].startswith("not migrated: blog_0")


@pytest.mark.parametrize("name", ["auth", "outbox"])
def test_what_the_app_rests_on_does(
    client: FlaskClient, drop: Callable[[str], None], name: str
) -> None:
    drop(name)
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json["status"]) == (503, "unavailable")


def test_a_later_version_is_no_reason_to_stop(client: FlaskClient) -> None:
    # The next release has been migrated to, and this one still serves.
    with db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE auth_migration SET version_num='auth_9999'"))
    assert client.get("/readyz").json["status"] == "ok"


def test_a_service_that_is_down_is_told_of(app: Flask, client: FlaskClient) -> None:
    app.config["REDIS_URL"] = "redis://127.0.0.1:1/0"
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json["services"]["redis"] != "ok"


def test_no_service_is_asked_that_there_is_not(client: FlaskClient) -> None:
    assert client.get("/readyz").json["services"] == {}


@pytest.mark.needs("blog")
def test_a_module_that_is_not_there_after_all(client: FlaskClient) -> None:
    # An error page must not fail on what it would rather show.
    with db.engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE blog_post"))
    page = client.get("/blog/")
    assert page.status_code == 503
    assert page.headers["Retry-After"] == "5"
    assert "The database is not ready" in page.text
