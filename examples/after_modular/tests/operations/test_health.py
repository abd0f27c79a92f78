"""Readiness: the overall status for everyone, details for operators."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kernel import db

from .conftest import AppWith

TOKEN = "t" * 32


@pytest.fixture
def unmigrate(app: Flask) -> Callable[[str], None]:
    """Return a function that deletes a module's migration history."""

    def unmigrate(name: str) -> None:
        with db.engine.begin() as connection:
            connection.execute(sa.text(f"DELETE FROM {name}_migration"))

    return unmigrate


@pytest.mark.needs("blog")
def test_details_name_every_module(client: FlaskClient) -> None:
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json["status"] == "up"
    assert set(ready.json["modules"].values()) == {"ok"}
    assert {"auth", "blog", "outbox"} <= ready.json["modules"].keys()


@pytest.mark.needs("blog")
def test_one_module_takes_nothing_out_of_rotation(
    client: FlaskClient, unmigrate: Callable[[str], None]
) -> None:
    unmigrate("blog")
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json["status"]) == (200, "up")
    assert ready.json["modules"]["blog"] == "not migrated"
    assert ready.json["modules"]["auth"] == "ok"
    assert ready.json["reason"].startswith("not migrated: blog_0")


@pytest.mark.parametrize("name", ["auth", "outbox"])
def test_a_critical_module_and_the_kernel_do(
    client: FlaskClient, unmigrate: Callable[[str], None], name: str
) -> None:
    unmigrate(name)
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json["status"]) == (503, "down")


def test_a_later_migration_does_not(client: FlaskClient) -> None:
    # The next release has migrated, and this one still serves.
    with db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE auth_migration SET version_num='auth_9999'"))
    assert client.get("/readyz").json["status"] == "up"


def test_a_service_that_is_down_does_not(app: Flask, client: FlaskClient) -> None:
    app.config["REDIS_URL"] = "redis://127.0.0.1:1/0"
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json["services"]["redis"] != "ok"


def test_unused_services_are_not_checked(client: FlaskClient) -> None:
    assert client.get("/readyz").json["services"] == {}


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("203.0.113.9", {}),
        ("", {}),  # a Unix socket
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}),
        ("127.0.0.1", {"Forwarded": "for=203.0.113.9"}),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}),
        ("203.0.113.9", {"Authorization": f"Bearer {TOKEN[1:]}"}),
        ("203.0.113.9", {"Authorization": "Bearer "}),
    ],
)
@pytest.mark.parametrize("token", ["", TOKEN])
def test_anonymous_clients_see_no_details(
    app_with: AppWith, address: str, headers: dict[str, str], token: str
) -> None:
    client = app_with(METRICS_TOKEN=token).test_client()
    ready = client.get(
        "/readyz", headers=headers, environ_base={"REMOTE_ADDR": address}
    )
    assert (ready.status_code, ready.json) == (200, {"status": "up"})


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_clients_on_this_machine_see_details(client: FlaskClient, address: str) -> None:
    ready = client.get("/readyz", environ_base={"REMOTE_ADDR": address})
    assert "modules" in ready.json


def test_clients_with_the_token_see_details(app_with: AppWith) -> None:
    ready = (
        app_with(METRICS_TOKEN=TOKEN)
        .test_client()
        .get(
            "/readyz",
            headers={"Authorization": f"Bearer {TOKEN}"},
            environ_base={"REMOTE_ADDR": "203.0.113.9"},
        )
    )
    assert "modules" in ready.json


def test_anonymous_clients_cause_no_connection_to_services(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["REDIS_URL"] = "redis://127.0.0.1:1/0"
    monkeypatch.delattr("kernel.operations.health._ping_redis")
    ready = client.get("/readyz", environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert ready.status_code == 200
