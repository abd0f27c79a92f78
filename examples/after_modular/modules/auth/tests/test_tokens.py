"""Tokens: for one purpose, one use and a limited time."""

from collections.abc import Callable

import pytest
from flask import Flask
from itsdangerous import TimestampSigner

from modules.auth import accounts
from modules.auth.models import User
from modules.auth.tokens import CONFIRM, RESET, Purpose


def test_a_token_names_its_user(user: User) -> None:
    assert CONFIRM.user(CONFIRM.token(user)) == user


def test_a_token_for_one_purpose_is_no_use_for_another(user: User) -> None:
    assert RESET.user(CONFIRM.token(user)) is None


@pytest.mark.parametrize(
    "use", [accounts.confirm, lambda user: accounts.change_password(user, "x" * 10)]
)
def test_a_token_dies_when_it_is_used(user: User, use: Callable[[User], None]) -> None:
    token = RESET.token(user)
    use(user)
    assert RESET.user(token) is None


@pytest.mark.parametrize("purpose", [CONFIRM, RESET])
def test_a_token_gets_old(
    user: User, purpose: Purpose, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = purpose.token(user)
    now = TimestampSigner.get_timestamp
    late = int(purpose.lifetime.total_seconds()) + 1
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: now(self) + late)
    assert purpose.user(token) is None


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c", "\0", "é"])
def test_an_invented_token_is_nobodys(app: Flask, token: str) -> None:
    assert RESET.user(token) is None
