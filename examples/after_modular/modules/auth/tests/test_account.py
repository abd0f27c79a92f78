"""One's own account: name, password, export and deletion."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kernel import Event
from modules.auth import accounts, api
from modules.auth.events import UserDeleted, UserRenamed
from modules.auth.models import User

from .conftest import EMAIL, PASSWORD, LogIn

NEW = "another long password"


@pytest.fixture(autouse=True)
def member(user: User, log_in: LogIn) -> None:
    log_in()


def test_a_new_name_is_saved_and_published(
    client: FlaskClient, user: User, published_events: list[Event]
) -> None:
    client.post("/auth/account", data={"name": "Ada L."})
    assert published_events == [UserRenamed(user_id=user.id, name="Ada L.")]


def test_a_new_password_needs_the_old_one(client: FlaskClient) -> None:
    data = {"current": "not it", "password": NEW}
    page = client.post("/auth/account/password", data=data)
    assert page.status_code == 422
    assert "Incorrect password." in page.text


def test_a_new_password_ends_the_other_sessions_alone(
    app: Flask, client: FlaskClient
) -> None:
    other = app.test_client()
    other.post("/auth/login", data={"email": EMAIL, "password": PASSWORD})
    data = {"current": PASSWORD, "password": NEW}
    assert client.post("/auth/account/password", data=data).status_code == 302
    assert client.get("/auth/account").status_code == 200
    assert other.get("/auth/account").status_code == 302


def test_the_export_holds_the_account_and_no_secret(
    app: Flask, client: FlaskClient
) -> None:
    app.config["APP_NAME"] = "Ink and Quill"
    answer = client.get("/auth/account/export")
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=ink_and_quill-export.json"
    )
    data = answer.get_json()
    assert data is not None
    assert data["account"]["email"] == EMAIL
    assert "argon2" not in answer.text


def test_deleting_needs_the_password(client: FlaskClient, user: User) -> None:
    page = client.post("/auth/account/delete", data={"password": "not it"})
    assert page.status_code == 422
    assert api.find(user.id)


def test_deleting_is_published_and_logs_out(
    client: FlaskClient, user: User, published_events: list[Event]
) -> None:
    confirmed_at, user_id = user.confirmed_at, user.id
    page = client.post("/auth/account/delete", data={"password": PASSWORD})
    assert page.location == "/"
    assert published_events == [UserDeleted(user_id=user_id, confirmed_at=confirmed_at)]
    assert client.get("/auth/account").status_code == 302
    assert accounts.find_by_email(EMAIL) is None


def test_the_only_admin_who_may_log_in_stays(client: FlaskClient, user: User) -> None:
    api.set_role(user.id, "admin")
    locked_out = accounts.register("Eve", "eve@example.com", PASSWORD)
    assert locked_out is not None
    api.set_role(locked_out.id, "admin")
    api.deactivate(locked_out.id)
    accounts.register("Bob", "bob@example.com", PASSWORD)  # no admin
    page = client.post("/auth/account/delete", data={"password": PASSWORD})
    assert page.status_code == 422
    assert "You are the only admin." in page.text
