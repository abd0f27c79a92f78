"""Text that is far too long is refused, and costs no time."""

from __future__ import annotations

import time

import pytest

SECONDS = 2.0
# Composing these takes Python 3.11 a time that grows with the square of their number.
MARKS = "\u0327\u0301" * 20_000


def send(person, path, **values):
    """Send a form; return the page, which must not have taken long."""
    form = person.get(path).expect(200).form(path).fill(**values)
    start = time.perf_counter()
    page = form.submit()
    assert time.perf_counter() - start < SECONDS, f"{path} took too long"
    return page


@pytest.mark.parametrize("text", [f"a{MARKS}@example.com", f"a@{MARKS}.com", MARKS])
@pytest.mark.parametrize(
    "path", ["/auth/login", "/auth/register", "/auth/reset", "/auth/confirm"]
)
def test_an_address(visitor, path, text):
    values = {"email": text}
    if path == "/auth/login":
        values["password"] = visitor.password
    if path == "/auth/register":
        values |= {"name": visitor.name, "password": visitor.password}
    send(visitor, path, **values).expect(422).error("email")


@pytest.mark.parametrize("text", [MARKS, "n" * 400_000])
def test_a_name(visitor, member, text):
    own = {"email": visitor.email, "password": visitor.password}
    send(visitor, "/auth/register", name=text, **own).expect(422).error("name")
    send(member, "/auth/account", name=text).expect(422).error("name")


@pytest.mark.parametrize("text", [MARKS, "p" * 400_000])
def test_a_password(visitor, member, text):
    own = {"email": visitor.email, "name": visitor.name}
    send(visitor, "/auth/register", password=text, **own).expect(422).error("password")
    send(visitor, "/auth/login", email=visitor.email, password=text).expect(422).error(
        "password"
    )
    send(
        member, "/auth/account/password", current=text, password="a new long password"
    ).expect(422).error("current")
    send(member, "/auth/account/delete", password=text).expect(422).error("password")
    assert member.is_logged_in()
