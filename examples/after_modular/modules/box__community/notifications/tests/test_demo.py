"""The demo."""

import pytest
import sqlalchemy as sa

from core.demo import people
from modules.auth import demo as auth_demo
from modules.box__community.notifications import demo
from modules.box__community.notifications.models import Notification, session


@pytest.mark.usefixtures("app")
def test_the_demo_is_the_same_each_time() -> None:
    auth_demo.load(people(20))
    demo.load(people(20))
    count = sa.select(sa.func.count(Notification.id))
    first = session.scalar(count)
    demo.load(people(20))
    assert session.scalar(count) == first > 15
