"""Somebody who is logged in, and everybody's name and address."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from modules.auth.api import Person
from modules.box__community.notifications import inbox

READER = 7


@pytest.fixture
def reader(visit_as: Callable[..., int]) -> int:
    """Return the id of somebody who is logged in."""
    return visit_as(READER)


@pytest.fixture(autouse=True)
def people(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let there be a person for each id."""

    def find(user_id: int) -> Person:
        return Person(
            id=user_id,
            name="Ada",
            email=f"user{user_id}@example.com",
            role="member",
            active=True,
            confirmed=True,
            joined_at=datetime(2026, 1, 1, tzinfo=UTC),
        )

    monkeypatch.setattr(inbox.auth, "find", find)
