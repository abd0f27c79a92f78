"""Logging in: who may, how often, and where it leads."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient

from modules.auth import accounts, api, passwords
from modules.auth.models import User, session
from modules.auth.redirects import is_safe

from .conftest import PASSWORD, LogIn


def test_the_right_password_logs_in(
    client: FlaskClient, user: User, log_in: LogIn
) -> None:
    assert log_in().status_code == 302
    assert client.get("/auth/account").status_code == 200


def test_a_wrong_password_does_not(
    client: FlaskClient, user: User, log_in: LogIn
) -> None:
    page = log_in(password="something else")
    assert page.status_code == 422
    assert "Incorrect email or password." in page.text
    assert client.get("/auth/account").status_code == 302


def test_a_stranger_costs_as_many_hashes_as_a_member(
    user: User, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[object] = []
    monkeypatch.setattr(
        PasswordHasher, "verify", lambda self, *args: verified.append(args)
    )
    log_in(email="nobody@example.com")
    assert len(verified) == 1


def test_log_in_goes_on_to_the_page_that_was_asked_for(
    client: FlaskClient, user: User, log_in: LogIn
) -> None:
    asked = client.get("/auth/account/password?a=1&b=2")
    assert log_in(path=asked.location).location == "/auth/account/password?a=1&b=2"


def test_log_in_never_leads_to_another_site(user: User, log_in: LogIn) -> None:
    page = log_in(path="/auth/login?next=//evil.example")
    assert not urlsplit(page.location).netloc


def test_a_form_of_a_stranger_leads_to_log_in_alone(client: FlaskClient) -> None:
    assert client.post("/auth/account/delete").location == "/auth/login"


@pytest.mark.parametrize(
    "target", ["", "account", "//evil.example", "/\\evil.example", "/\t/evil.example"]
)
def test_a_target_elsewhere_is_not_safe(target: str) -> None:
    assert not is_safe(target)


def test_five_wrong_passwords_close_the_door_of_one_account(
    user: User, log_in: LogIn
) -> None:
    for _ in range(5):
        assert log_in(password="something else").status_code == 422
    refused = log_in()
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert log_in(email="other@example.com").status_code == 422


def test_right_passwords_do_not_count(
    client: FlaskClient, user: User, log_in: LogIn
) -> None:
    for _ in range(6):
        assert log_in().status_code == 302
        client.post("/auth/logout")


def test_logging_in_renews_the_session(
    client: FlaskClient, user: User, log_in: LogIn
) -> None:
    with client.session_transaction() as before:
        before["planted"] = "by somebody else"
    log_in()
    with client.session_transaction() as after:
        assert "planted" not in after


def test_a_hash_with_old_parameters_is_made_anew(user: User) -> None:
    user.password_hash = PasswordHasher(time_cost=1, memory_cost=64).hash(PASSWORD)
    session.commit()
    assert accounts.check_password(user, PASSWORD)
    assert not passwords.is_outdated(user.password_hash)


def test_a_hash_in_the_database_is_argon2id(user: User) -> None:
    start = "$argon2id$v=19$m=19456,t=2,p=1$"
    assert user.password_hash.startswith(start)


@pytest.mark.parametrize(
    "end",
    [
        api.deactivate,
        lambda user_id: _change_password(user_id),
        lambda user_id: _switch_off(user_id),
    ],
    ids=["deactivated", "new password", "switched off by hand"],
)
def test_sessions_end_from_elsewhere(
    client: FlaskClient, user: User, log_in: LogIn, end: Callable[[int], None]
) -> None:
    log_in()
    end(user.id)
    assert client.get("/auth/account").status_code == 302


def test_pages_of_a_member_are_not_stored(
    client: FlaskClient, user: User, log_in: LogIn
) -> None:
    assert "Cache-Control" not in client.get("/auth/login").headers
    log_in()
    assert client.get("/auth/account").headers["Cache-Control"] == "no-store"
    with client.get("/auth/static/auth.css") as styles:
        assert styles.headers["Cache-Control"] != "no-store"


def _change_password(user_id: int) -> None:
    user = session.get_one(User, user_id)
    accounts.change_password(user, "another long password")


def _switch_off(user_id: int) -> None:
    session.get_one(User, user_id).active = False
    session.commit()
