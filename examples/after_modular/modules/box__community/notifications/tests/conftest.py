"""Somebody who is logged in, and their name and address."""

from collections.abc import Callable
from types import ModuleType

import pytest

from modules.auth.api import Account

READER = 7


@pytest.fixture
def reader(login_as: Callable[..., int]) -> int:
    """Return the id of somebody who is logged in."""
    return login_as(READER)


@pytest.fixture
def account(fake: Callable[[str], ModuleType]) -> Account:
    """Return the account behind the reader's id."""
    account: Account = fake("auth").add(READER, email="ada@example.com")
    return account
