"""The stand-in does what the api does."""

from collections.abc import Callable
from datetime import timedelta
from types import ModuleType

import pytest
from flask import Flask

from kernel import utcnow
from kernel.testing import differences
from modules.box__community.blog import api, stand_in
from modules.box__community.blog.models import Post


@pytest.fixture(params=[api, stand_in], ids=["api", "stand-in"])
def blog(request: pytest.FixtureRequest, write: Callable[..., Post]) -> ModuleType:
    """Return the one or the other, with two posts of 7 and one of 8, from today."""
    for author_id in (7, 7, 8):
        if request.param is stand_in:
            stand_in.write(author_id, utcnow().date())
        else:
            write(author_id=author_id)
    return request.param


def test_the_interface_is_the_same() -> None:
    assert differences(api, stand_in) == []


def test_posts_are_counted(blog: ModuleType) -> None:
    counts = [blog.count_published(author_id) for author_id in (7, 8, 9)]
    assert counts == [2, 1, 0]
    assert blog.count_all_published() == 3
    today = utcnow().date()
    assert blog.posts_by_day(today) == {today: 3}
    assert blog.posts_by_day(today + timedelta(days=1)) == {}


def test_the_page_to_write_is_the_same(app: Flask) -> None:
    with app.test_request_context():
        assert stand_in.write_url() == api.write_url()
