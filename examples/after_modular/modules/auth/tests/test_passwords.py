"""Passwords are checked one at a time: a burst of log-ins leaves pages a thread."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient

from modules.auth import passwords
from modules.auth.models import User

from .conftest import LogIn


def test_who_waits_too_long_is_asked_to_come_again(
    client: FlaskClient, user: User, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "LONGEST_WAIT", 0.01)
    with passwords.AT_ONCE:
        answer = log_in()
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) >= 1
        assert "Many users are logging in" in answer.text
        assert client.get("/auth/login").status_code == 200
    assert log_in().status_code == 302


def test_one_password_is_checked_at_a_time(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    now: list[int] = []
    most: list[int] = []

    def verify(password_hash: str, password: str) -> None:
        now.append(1)
        most.append(len(now))
        time.sleep(0.01)
        now.pop()

    monkeypatch.setattr(
        passwords.hasher.__class__, "verify", lambda self, *a: verify(*a)
    )
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: passwords.is_password("x", "hash"), range(8)))
    assert len(most) == 8
    assert max(most) == 1


def test_a_wrong_password_leaves_room_for_the_next(user: User, log_in: LogIn) -> None:
    for _ in range(3):
        assert log_in(password="a wrong password").status_code == 422
    assert log_in().status_code == 302
