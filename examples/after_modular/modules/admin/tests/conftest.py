"""People to manage: an admin and sixty members."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import ModuleType

import pytest

MEMBER, ADMIN = 1, 2  # the ids of the fixtures of these names
SINCE = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def auth(fake: Callable[[str], ModuleType]) -> ModuleType:
    """Return the stand-in of auth, with the people."""
    auth = fake("auth")
    auth.add(ADMIN, name="Boss", role="admin", joined_at=SINCE)
    for user_id in (MEMBER, *range(3, 62)):
        auth.add(user_id, joined_at=SINCE + timedelta(days=user_id))
    return auth
