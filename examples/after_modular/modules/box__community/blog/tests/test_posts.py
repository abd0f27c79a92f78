"""What happens to posts."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from types import ModuleType
from typing import Any

import pytest

from kernel import Event, utcnow
from kernel.testing import Scenario
from modules.auth.events import UserDeleted, UserRenamed
from modules.box__community.blog import api, personal_data, posts
from modules.box__community.blog.events import (
    PostPublished,
    PostRemoved,
    PostUnpublished,
)
from modules.box__community.blog.models import Post, session

Write = Callable[..., Post]


def kinds(events: list[Event]) -> list[type[Event]]:
    return [type(event) for event in events]


@pytest.fixture
def limit_of_one(fake: Callable[[str], ModuleType]) -> None:
    """Let billing allow one published post."""
    fake("billing").limit_posts(1)


def test_markdown_is_rendered_when_it_is_written(write: Write) -> None:
    post = write(body="It *rains*.")
    assert post.body_html == "<p>It <em>rains</em>.</p>\n"
    assert post.excerpt == "It rains."


def test_a_key_makes_one_post(write: Write) -> None:
    assert write("First", key="k").id == write("Second", key="k").id
    assert write("Other author", key="k", author_id=8).title == "Other author"


def test_a_key_that_came_in_at_the_same_moment(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = write("First", key="k").id
    found = iter([None, session.get(Post, first)])
    monkeypatch.setattr(posts, "_created_before", lambda *args: next(found))
    assert write("Second", key="k").id == first
    assert api.count_all_published() == 1


@pytest.mark.usefixtures("limit_of_one")
def test_the_plan_limits_what_is_published(write: Write) -> None:
    first = write()
    with pytest.raises(posts.LimitReachedError, match="allows 1 published"):
        write()
    draft = write(public=False)
    with pytest.raises(posts.LimitReachedError):
        posts.revise(draft, title="New", body="New", public=True)
    assert draft.title == "On rain"
    posts.revise(first, title="Still public", body="Text", public=True)
    posts.delete(first)
    posts.revise(draft, title="New", body="New", public=True)


@pytest.mark.usefixtures("no_billing")
def test_without_billing_there_is_no_limit(write: Write) -> None:
    for _ in range(5):
        write(author_id=7)
    assert api.count_published(7) == 5


@pytest.mark.usefixtures("no_billing")
def test_everybody_hears_of_what_becomes_public(
    write: Write, published_events: list[Event]
) -> None:
    draft = write(public=False)
    assert published_events == []
    posts.revise(draft, title="T", body="B", public=True)
    posts.revise(draft, title="T2", body="B", public=True)
    assert kinds(published_events) == [PostPublished]
    posts.revise(draft, title="T2", body="B", public=False)
    posts.delete(draft)
    assert kinds(published_events) == [PostPublished, PostUnpublished]
    posts.remove(write())
    assert kinds(published_events)[2:] == [PostPublished, PostRemoved, PostUnpublished]


def test_an_author_goes_by_a_new_name(write: Write, scenario: Scenario) -> None:
    mine, other = write().id, write(author_id=8).id
    outcome = scenario.publish(UserRenamed(user_id=7, name="Ada King"))
    outcome.expect(lambda: session.get_one(Post, mine).author_name == "Ada King")
    outcome.expect(lambda: session.get_one(Post, other).author_name == "Ada")


def test_posts_go_with_the_account(write: Write, scenario: Scenario) -> None:
    gone = write().id
    write(public=False), write(author_id=8)
    outcome = scenario.publish(UserDeleted(user_id=7))
    outcome.expect(lambda: personal_data.export(7) == {"posts": []})
    outcome.expect(lambda: api.count_all_published() == 1)
    outcome.expect_event(PostUnpublished, post_id=gone)


def test_the_export_holds_drafts_too(write: Write) -> None:
    write("One"), write("Two", public=False), write(author_id=8)
    exported: Mapping[str, Any] = personal_data.export(7)
    assert [post["title"] for post in exported["posts"]] == ["One", "Two"]


def test_posts_are_counted_by_day(write: Write) -> None:
    today = utcnow().date()
    write(), write(), write(public=False)
    assert api.posts_by_day(date(2020, 1, 1)) == {today: 2}
    assert api.posts_by_day(today + timedelta(days=1)) == {}
