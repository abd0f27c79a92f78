"""The fake behaves as the service."""

from collections.abc import Callable
from datetime import timedelta
from types import ModuleType

import pytest
from flask import Flask

from kernel import utcnow
from modules.box__community.blog import fake, service
from modules.box__community.blog.models import Post


@pytest.fixture(params=[service, fake], ids=["service", "fake"])
def blog(request: pytest.FixtureRequest, write: Callable[..., Post]) -> ModuleType:
    """Return the service or the fake, with two posts of 7 and one of 8, from today."""
    for author_id in (7, 7, 8):
        if request.param is fake:
            fake.write(author_id, utcnow().date())
        else:
            write(author_id=author_id)
    provider: ModuleType = request.param
    return provider


def test_counts(blog: ModuleType) -> None:
    counts = [blog.count_published(author_id) for author_id in (7, 8, 9)]
    assert counts == [2, 1, 0]
    assert blog.count_all_published() == 3
    today = utcnow().date()
    assert blog.posts_by_day(today) == {today: 3}
    assert blog.posts_by_day(today + timedelta(days=1)) == {}


def test_write_url(app: Flask) -> None:
    with app.test_request_context():
        assert fake.write_url() == service.write_url()
