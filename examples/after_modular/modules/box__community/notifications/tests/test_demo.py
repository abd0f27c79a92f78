"""The demo."""

from collections.abc import Callable
from types import ModuleType

import pytest
import sqlalchemy as sa

from modules.box__community.notifications import demo
from modules.box__community.notifications.models import Notification, session
from web.demo import demo_users


@pytest.fixture(autouse=True)
def accounts(fake: Callable[[str], ModuleType]) -> None:
    """Give the people of the demo accounts."""
    for chunk in demo_users(20):
        for person in chunk:
            fake("auth").add(person.number, email=person.email)


def test_the_demo_is_the_same_each_time() -> None:
    demo.load(demo_users(20))
    count = sa.select(sa.func.count(Notification.id))
    first = session.scalars(count).one()
    demo.load(demo_users(20))
    assert session.scalar(count) == first > 15
