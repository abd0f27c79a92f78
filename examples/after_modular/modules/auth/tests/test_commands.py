"""The commands that make an admin."""

import pytest

from modules.auth import accounts, api
from modules.auth.models import session

from .conftest import EMAIL


@pytest.fixture
def create_admin(app):
    def create_admin(*args, **kwargs):
        return app.test_cli_runner().invoke(args=["create-admin", *args], **kwargs)

    return create_admin


def test_a_new_admin_can_log_in(create_admin, log_in):
    result = create_admin("boss@example.com", "--password", "a very long one")
    assert result.exit_code == 0
    assert api.count_admins() == 1
    page = log_in(email="boss@example.com", password="a very long one")
    assert page.status_code == 302


def test_start_makes_an_admin_and_serves(app, monkeypatch):
    served = []
    monkeypatch.setattr(
        "flask.cli.run_simple", lambda *where, **_: served.append(where[:2])
    )
    words = ["boss@example.com", "--password", "a very long one", "--port", "5077"]
    result = app.test_cli_runner().invoke(args=["start", *words])
    assert result.exit_code == 0, result.output
    assert served == [("127.0.0.1", 5077)]
    assert api.count_admins() == 1


def test_start_serves_nothing_without_an_admin(app):
    result = app.test_cli_runner().invoke(args=["start", "nobody"])
    assert result.exit_code == 1
    assert result.output.startswith("Error: nobody is not an email address")


def test_start_makes_no_admin_with_an_option_that_is_unknown(app):
    words = ["boss@example.com", "--password", "a very long one", "--prt", "5077"]
    result = app.test_cli_runner().invoke(args=["start", *words])
    assert result.exit_code == 2
    assert "No such option" in result.output
    assert api.count_admins() == 0


def test_the_password_is_asked_for(create_admin, log_in):
    result = create_admin("boss@example.com", input="a very long one\n" * 2)
    assert result.exit_code == 0
    page = log_in(email="boss@example.com", password="a very long one")
    assert page.status_code == 302


def test_an_existing_account_is_promoted(create_admin, user):
    result = create_admin(EMAIL.upper())
    assert result.output == f"Made the account {EMAIL} an admin, password unchanged.\n"
    session.expire_all()
    assert accounts.find_by_email(EMAIL).is_admin


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
def test_bad_input_is_one_line(create_admin, args, reason):
    result = create_admin(*args)
    assert result.exit_code == 1
    assert result.output.startswith(f"Error: {reason}")
    assert result.output.count("\n") == 1
