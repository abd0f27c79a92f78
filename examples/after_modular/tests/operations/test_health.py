"""Readiness: the overall status for everyone, details for operators."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kernel import Module, db, migrations

from .conftest import AppWith

TOKEN = "t" * 32


def readyz(
    client: FlaskClient, address: str = "127.0.0.1", **headers: str
) -> tuple[int, dict[str, Any]]:
    """Return the status code and the body of ``/readyz``."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    origin = {"REMOTE_ADDR": address}
    response = client.get("/readyz", headers=given, environ_base=origin)
    body: dict[str, Any] = response.json or {}
    return response.status_code, body


@pytest.fixture
def unmigrate(app: Flask) -> Callable[[str], None]:
    """Return a function that deletes a module's migration history."""

    def unmigrate(name: str) -> None:
        with db.engine.begin() as connection:
            connection.execute(sa.text(f"DELETE FROM {name}_migration"))

    return unmigrate


@pytest.mark.needs("blog")
def test_details_name_every_module(client: FlaskClient) -> None:
    code, body = readyz(client)
    assert (code, body["status"]) == (200, "up")
    assert set(body["modules"].values()) == {"ok"}
    assert {"auth", "blog", "outbox"} <= body["modules"].keys()


@pytest.mark.needs("blog")
def test_one_module_takes_nothing_out_of_rotation(
    client: FlaskClient, unmigrate: Callable[[str], None]
) -> None:
    unmigrate("blog")
    code, body = readyz(client)
    assert (code, body["status"]) == (200, "up")
    assert body["modules"]["blog"] == "not migrated"
    assert body["modules"]["auth"] == "ok"
    assert body["reason"].startswith("not migrated: blog_0")


@pytest.mark.parametrize("name", ["auth", "outbox"])
def test_a_critical_module_and_the_kernel_do(
    client: FlaskClient, unmigrate: Callable[[str], None], name: str
) -> None:
    unmigrate(name)
    code, body = readyz(client)
    assert (code, body["status"]) == (503, "down")
    assert body["reason"].startswith(f"not migrated: {name}_0")


@pytest.mark.needs("blog")
@pytest.mark.parametrize(
    "text",
    [
        "def upgrade(:",
        "revision = 'blog_8888'\ndown_revision = 'blog_7777'",
        "exit()",
    ],
)
def test_migrations_that_can_not_be_read_take_nothing_out_of_rotation(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str
) -> None:
    def folder(module: Module) -> Path:
        return tmp_path if module.name == "blog" else module.path / "migrations"

    (tmp_path / "blog_8888_broken.py").write_text(text)
    monkeypatch.setattr(migrations, "folder_of", folder)
    migrations._versions.cache_clear()
    code, body = readyz(client)
    migrations._versions.cache_clear()
    assert (code, body["status"]) == (200, "up")
    assert body["modules"]["blog"] == "not migrated"
    assert "the migrations of blog" in body["reason"]


def test_a_later_migration_does_not(client: FlaskClient) -> None:
    # The next release has migrated, and this one still serves.
    with db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE auth_migration SET version_num='auth_9999'"))
    assert readyz(client)[1]["status"] == "up"


def test_a_service_that_is_down_does_not(app: Flask, client: FlaskClient) -> None:
    app.config["REDIS_URL"] = "redis://127.0.0.1:1/0"
    code, body = readyz(client)
    assert code == 200
    assert body["services"]["redis"] != "ok"


def test_unused_services_are_not_checked(client: FlaskClient) -> None:
    assert readyz(client)[1]["services"] == {}


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("203.0.113.9", {}),
        ("", {}),  # a Unix socket
        ("127.0.0.1", {"X_Forwarded_For": "203.0.113.9"}),
        ("127.0.0.1", {"Forwarded": "for=203.0.113.9"}),
        ("127.0.0.1", {"X_Forwarded_For": "127.0.0.1"}),
        ("203.0.113.9", {"Authorization": f"Bearer {TOKEN[1:]}"}),
        ("203.0.113.9", {"Authorization": "Bearer "}),
    ],
)
@pytest.mark.parametrize("token", ["", TOKEN])
def test_anonymous_clients_see_no_details(
    app_with: AppWith, address: str, headers: dict[str, str], token: str
) -> None:
    client = app_with(METRICS_TOKEN=token).test_client()
    assert readyz(client, address, **headers) == (200, {"status": "up"})


def test_anonymous_clients_see_no_reason(
    client: FlaskClient, unmigrate: Callable[[str], None]
) -> None:
    unmigrate("auth")
    assert readyz(client, "203.0.113.9") == (503, {"status": "down"})


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_clients_on_this_machine_see_details(client: FlaskClient, address: str) -> None:
    assert "modules" in readyz(client, address)[1]


def test_clients_with_the_token_see_details(app_with: AppWith) -> None:
    client = app_with(METRICS_TOKEN=TOKEN).test_client()
    token = f"Bearer {TOKEN}"
    assert "modules" in readyz(client, "203.0.113.9", Authorization=token)[1]


def test_anonymous_clients_cause_no_connection_to_services(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["REDIS_URL"] = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(
        "kernel.operations.health._ping_redis",
        lambda url, timeout: pytest.fail("connected"),
    )
    assert readyz(client, "203.0.113.9")[0] == 200
