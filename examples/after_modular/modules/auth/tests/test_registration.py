"""Opening an account, and confirming the address."""

import re

import pytest
from flask.testing import FlaskClient
from flask_mailman import EmailMessage
from werkzeug.test import TestResponse

from modules.auth import accounts
from modules.auth.addresses import comparable_address, valid_address
from modules.auth.models import User, session

from .conftest import EMAIL, PASSWORD


def register(client: FlaskClient, **fields: str) -> TestResponse:
    data = {"name": "Ada", "email": EMAIL, "password": PASSWORD} | fields
    return client.post("/auth/register", data=data)


def link(message: EmailMessage, kind: str) -> str:
    found = re.search(rf"http://localhost(/auth/{kind}/\S+)", message.body)
    assert found is not None
    return found[1]


def is_confirmed(email: str) -> bool:
    session.expire_all()
    user = accounts.find_by_email(email)
    assert user is not None
    return user.confirmed_at is not None


def test_registering_sends_a_link_that_confirms(
    client: FlaskClient, mailbox: list[EmailMessage]
) -> None:
    assert register(client).location == "/auth/login"
    path = link(mailbox[0], "confirm")
    assert not is_confirmed(EMAIL)
    page = client.get(path)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert not is_confirmed(EMAIL)
    assert client.post(path).location == "/auth/login"
    assert is_confirmed(EMAIL)
    assert client.post(path).status_code == 400


def test_a_taken_address_makes_no_second_account(
    client: FlaskClient, user: User, mailbox: list[EmailMessage]
) -> None:
    assert register(client, email=f" {EMAIL.upper()}", name="Eve").status_code == 302
    assert [message.subject for message in mailbox] == ["You already have an account"]
    assert session.query(User).count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "bell\x07"),
        ("name", "n" * 81),
        ("email", "nobody"),
        ("password", "short"),
        ("password", "p" * 129),
        ("password", "Password123"),
        ("password", EMAIL),
    ],
)
def test_a_bad_field_is_refused_and_named(
    client: FlaskClient, field: str, value: str
) -> None:
    page = register(client, **{field: value})
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert accounts.find_by_email(EMAIL) is None


def test_a_password_like_the_name_is_refused(client: FlaskClient) -> None:
    assert register(client, name=PASSWORD.title()).status_code == 422


def test_the_sixth_mail_to_one_address_within_an_hour_is_refused(
    client: FlaskClient, mailbox: list[EmailMessage]
) -> None:
    for _ in range(5):
        assert client.post("/auth/reset", data={"email": EMAIL}).status_code == 302
    assert client.post("/auth/reset", data={"email": EMAIL}).status_code == 429


def test_addresses_have_one_way_to_be_written() -> None:
    composed, decomposed = "zo\u00eb@example.com", "zoe\u0308@example.com"
    assert valid_address(f" {decomposed.upper()} ") == composed
    assert comparable_address("No Address ") == "no address"
