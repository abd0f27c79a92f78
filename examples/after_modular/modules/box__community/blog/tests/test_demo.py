"""The demo."""

import pytest

from core.demo import people
from modules.auth import demo as auth_demo
from modules.box__community.blog import api, demo


@pytest.mark.usefixtures("app")
def test_the_demo_is_the_same_each_time() -> None:
    auth_demo.load(people(20))
    demo.load(people(20))
    count = api.count_all_published()
    assert count > 20
    demo.load(people(20))
    assert api.count_all_published() == count
