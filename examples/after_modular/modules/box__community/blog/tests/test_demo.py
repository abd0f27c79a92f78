"""The demo."""

from collections.abc import Callable
from types import ModuleType

import pytest

from modules.box__community.blog import api, demo
from web.demo import demo_users


@pytest.fixture(autouse=True)
def accounts(fake: Callable[[str], ModuleType]) -> None:
    """Give the people of the demo accounts."""
    for chunk in demo_users(20):
        for person in chunk:
            fake("auth").add(person.number, email=person.email)


def test_the_demo_is_the_same_each_time() -> None:
    demo.load(demo_users(20))
    count = api.count_all_published()
    assert count > 20
    demo.load(demo_users(20))
    assert api.count_all_published() == count
