"""nginx caches public pages for anonymous users, and nothing of a user's."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

import pytest
from stack import Stack

from tests.conftest import FolderFactory
from tests.contract.mailbox import Mailbox
from tests.contract.people import People, Person
from tests.contract.targets import Live

SECONDS = 2
USERS = 20
PAGES = 100
TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
NO_LIMITS = {"LOGIN_IP_LIMIT": "9999 per minute", "MAIL_IP_LIMIT": "9999 per minute"}


@pytest.fixture(scope="module", params=["before", "after"])
def people(
    request: pytest.FixtureRequest, server_folder: FolderFactory
) -> Iterator[People]:
    """People in front of one of the apps, which nginx caches the pages of."""
    env = {"PUBLIC_PAGE_SECONDS": str(SECONDS), **NO_LIMITS}
    folder = server_folder(f"cache-{request.param}")
    with Stack(
        folder, app=request.param, instances=1, database="sqlite", env=env
    ) as stack:
        # These tests need no admin.
        secret = stack.env["WEBHOOK_SECRET"]
        site = Live(stack.url, stack.mail_folder, "", "", secret)
        people = People(site, Mailbox(stack.mail_folder))
        yield people
        people.leave()


def test_a_change_is_seen_after_the_stated_time(people: People) -> None:
    author, visitor = people.member(), people.stranger()
    post = author.publish("First title")
    assert "First title" in visitor.get(post).text
    author.edit(post, title="Second title")
    assert "Second title" in author.get(post).text  # the author has a session
    assert "First title" in visitor.get(post).text  # from the cache
    author.delete(post).expect(302)
    time.sleep(2 * SECONDS + 1)  # nginx counts in whole seconds
    visitor.get(post).expect(404)


def test_an_expired_page_is_fetched_in_the_background(people: People) -> None:
    author, visitor = people.member(), people.stranger()
    post = author.publish("First title")
    visitor.get(post)
    author.edit(post, title="Second title")
    time.sleep(1.5 * SECONDS)
    assert "First title" in visitor.get(post).text  # the fetch has only begun
    time.sleep(0.3)
    assert "Second title" in visitor.get(post).text


def test_a_token_is_not_answered_from_the_cache(people: People) -> None:
    author, visitor = people.member(), people.stranger()
    post = author.publish("First title")
    visitor.get(post)
    author.edit(post, title="Second title")
    page = visitor.get(post, headers={"Authorization": "Bearer x"})
    assert "Second title" in page.text


@dataclass
class Surfer:
    """A user who opens pages, and what was on them."""

    person: Person
    has_session: bool = True
    tokens: set[str] = field(default_factory=set)

    def open(self, path: str) -> None:
        """Open a page and check that it is the right one for this user."""
        page = self.person.get(path)
        tokens = TOKEN.findall(page.text)
        assert page.status == 200, page.fail("expected a page")
        if self.has_session:
            assert page.has('form[action="/auth/logout"]'), path
            self.tokens.update(tokens)
        else:
            assert not tokens, path
            assert not page.has('form[action="/auth/logout"]'), path

    def log_out_or_in(self) -> None:
        """End the session, or start a new one."""
        if self.has_session:
            self.person.log_out().expect(302)
            # The redirect leaves a session with a message.
            self.person.client.cookies.clear()
        else:
            self.person.log_in().expect(302)
        self.has_session = not self.has_session


def test_no_page_of_a_user_reaches_another(people: People) -> None:
    random = Random(7)
    surfers = [Surfer(people.member()) for _ in range(USERS)]
    author = people.member()
    posts = [author.publish(f"Title {number}") for number in range(3)]
    for step in range(PAGES):
        surfer = random.choice(surfers)
        if step % 10 == 0:
            surfer.log_out_or_in()
        if step % 7 == 0 and surfer.has_session:
            posts.append(surfer.person.publish(f"Title {step}"))
        surfer.open(random.choice(["/", "/", "/blog/", *posts]))
    every = [token for surfer in surfers for token in surfer.tokens]
    assert len(every) == len(set(every)), "two users got the same token"
