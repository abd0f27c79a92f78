"""The commands that make an admin."""

from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask

from modules.auth import accounts, api
from modules.auth.models import User, session

from .conftest import EMAIL, LogIn

CreateAdmin = Callable[..., Result]


@pytest.fixture
def create_admin(app: Flask) -> CreateAdmin:
    def create_admin(*args: str, **options: str) -> Result:
        return app.test_cli_runner().invoke(args=["create-admin", *args], **options)

    return create_admin


def test_a_new_admin_can_log_in(create_admin: CreateAdmin, log_in: LogIn) -> None:
    result = create_admin("boss@example.com", "--password", "a very long one")
    assert result.exit_code == 0
    assert api.count_admins() == 1
    page = log_in(email="boss@example.com", password="a very long one")
    assert page.status_code == 302


def test_start_makes_an_admin_and_serves(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[object] = []
    monkeypatch.setattr(
        "flask.cli.run_simple", lambda *where, **_: served.append(where[:2])
    )
    words = ["boss@example.com", "--password", "a very long one", "--port", "5077"]
    result = app.test_cli_runner().invoke(args=["start", *words])
    assert result.exit_code == 0, result.output
    assert served == [("127.0.0.1", 5077)]
    assert api.count_admins() == 1


def test_start_serves_nothing_without_an_admin(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["start", "nobody"])
    assert result.exit_code == 1
    assert result.output.startswith("Error: nobody is not an email address")


def test_start_makes_no_admin_with_an_option_that_is_unknown(app: Flask) -> None:
    words = ["boss@example.com", "--password", "a very long one", "--prt", "5077"]
    result = app.test_cli_runner().invoke(args=["start", *words])
    assert result.exit_code == 2
    assert "No such option" in result.output
    assert api.count_admins() == 0


def test_the_password_is_asked_for(create_admin: CreateAdmin, log_in: LogIn) -> None:
    result = create_admin("boss@example.com", input="a very long one\n" * 2)
    assert result.exit_code == 0
    page = log_in(email="boss@example.com", password="a very long one")
    assert page.status_code == 302


def test_an_existing_account_is_promoted(create_admin: CreateAdmin, user: User) -> None:
    result = create_admin(EMAIL.upper())
    assert result.output == f"Made the account {EMAIL} an admin, password unchanged.\n"
    session.expire_all()
    account = accounts.find_by_email(EMAIL)
    assert account is not None
    assert account.is_admin


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (["nobody"], "nobody is not an email address"),
        (
            ["boss@example.com", "--password", "short"],
            "Use a password of 10 to 128 characters.",
        ),
    ],
)
def test_bad_input_is_one_line(
    create_admin: CreateAdmin, args: list[str], reason: str
) -> None:
    result = create_admin(*args)
    assert result.exit_code == 1
    assert result.output.startswith(f"Error: {reason}")
    assert result.output.count("\n") == 1
