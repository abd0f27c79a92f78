"""Bookmarks: the page, and the reaction to a deleted account."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from kernel.testing import Scenario
from modules.auth.events import UserDeleted
from modules.bookmarks.models import Bookmark, session

URL = "https://flask.palletsprojects.com/"


@pytest.fixture
def user_id(client: FlaskClient, login_as: Callable[..., int]) -> int:
    """A logged-in user with one bookmark."""
    user_id = login_as()
    session.add(Bookmark(user_id=user_id, url=URL))
    session.commit()
    return user_id


@pytest.mark.usefixtures("user_id")
def test_bookmarks_are_listed(client: FlaskClient) -> None:
    assert URL in client.get("/bookmarks/").text


def test_the_bookmarks_of_a_deleted_user_are_deleted(
    scenario: Scenario, user_id: int
) -> None:
    deleted = UserDeleted(user_id=user_id, confirmed_at=None)
    scenario.publish(deleted).expect(lambda: session.query(Bookmark).count() == 0)
