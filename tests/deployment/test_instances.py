"""Two instances behind a proxy: one dies or stops under load, and nobody sees it."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

import httpx
import psycopg
import pytest
from stack import Stack
from stack.app import server_settings

from tests.conftest import FolderFactory
from tests.contract.mailbox import Mailbox
from tests.contract.people import People, Person
from tests.contract.targets import Live

AUTHORS = 4
SECONDS = 1.5  # before, between and after what happens
ADMIN = "admin@example.com"
PASSWORD = "the password of the admin"


@dataclass
class Author:
    """Somebody who posts and reads, again and again, and writes down what they see."""

    person: Person
    acknowledged: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    cut_off: int = 0

    def work(self, until: threading.Event) -> None:
        """Post and read until told to stop."""
        for number in count():
            if until.is_set():
                return
            self._post(f"{self.person.name} {number}")
            self._read("/blog/")
            self._read("/dashboard/")
            self._read("/auth/account")  # the log-in page, without a session

    def _post(self, title: str) -> None:
        try:
            form = self.person.get("/blog/new").form("/blog/new", action="publish")
            page = form.fill(title=title, body="Words.").submit()
        except (httpx.HTTPError, AssertionError) as error:
            self.troubles.append(f"post: {error!r}")
            return
        if page.status == 302:
            self.acknowledged.append(title)
        else:
            self.troubles.append(f"post: {page.status}")

    def _read(self, path: str) -> None:
        try:
            page = self.person.get(path)
        except httpx.RemoteProtocolError as error:
            # No proxy can take back the half of an answer that it has passed on.
            if "incomplete" not in str(error):
                self.troubles.append(f"{path}: {error!r}")
            self.cut_off += 1
            return
        except httpx.HTTPError as error:
            self.troubles.append(f"{path}: {error!r}")
            return
        if page.status != 200:
            self.troubles.append(f"{path}: {page.status}")


@pytest.fixture(scope="module", params=["nginx", "haproxy"])
def stack(
    request: pytest.FixtureRequest, server_folder: FolderFactory
) -> Iterator[Stack]:
    folder = server_folder(request.param)
    with Stack(folder, instances=2, proxy=request.param) as stack:
        stack.flask("create-admin", ADMIN, "--password", PASSWORD)
        yield stack


@pytest.fixture
def authors(stack: Stack) -> Iterator[list[Author]]:
    secret = stack.env["WEBHOOK_SECRET"]
    site = Live(stack.url, stack.mail_folder, ADMIN, PASSWORD, secret)
    people = People(site, Mailbox(stack.mail_folder))
    yield [Author(people.pro()) for _ in range(AUTHORS)]
    people.leave()


@contextmanager
def at_work(authors: list[Author]) -> Iterator[None]:
    """Let all of them post and read meanwhile."""
    stop = threading.Event()
    threads = [threading.Thread(target=a.work, args=[stop]) for a in authors]
    for thread in threads:
        thread.start()
    try:
        time.sleep(SECONDS)
        yield
        time.sleep(SECONDS)
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def posts_in_database(stack: Stack) -> Counter[str]:
    with psycopg.connect(stack.database_url) as connection:
        rows = connection.execute("select title from blog_post").fetchall()
    return Counter(title for (title,) in rows)


def kill(stack: Stack) -> None:
    stack["app-1"].kill()


def stop(stack: Stack) -> None:
    stack["app-1"].stop()


@pytest.mark.parametrize("happens", [kill, stop])
def test_nobody_sees_that_an_instance_is_gone(
    stack: Stack, authors: list[Author], happens: Callable[[Stack], None]
) -> None:
    with at_work(authors):
        for _ in range(2):
            happens(stack)
            time.sleep(SECONDS)
            stack["app-1"].start()
            time.sleep(SECONDS)
    assert [trouble for author in authors for trouble in author.troubles] == []
    # At most what an instance had begun to send when it was killed, twice.
    most = 2 * int(server_settings()["GRANIAN_BLOCKING_THREADS"])
    assert sum(author.cut_off for author in authors) <= (most if happens is kill else 0)
    acknowledged = [title for author in authors for title in author.acknowledged]
    assert len(acknowledged) >= AUTHORS
    found = posts_in_database(stack)
    assert [title for title in acknowledged if found[title] == 0] == []
    assert [title for title, number in found.items() if number > 1] == []


def test_both_instances_serve(stack: Stack, authors: list[Author]) -> None:
    """Without this, the other tests could pass with one that never did anything."""
    for down in ("app-1", "app-2"):
        stack[down].kill()
        assert authors[0].person.get("/dashboard/").status == 200
        stack[down].start()


def test_pages_that_answer_503_take_no_other_page_along(stack: Stack) -> None:
    """The proxy asks elsewhere, and shuts no instance out for it."""
    with httpx.Client(base_url=stack.url, trust_env=False) as client:
        with psycopg.connect(stack.database_url, autocommit=True) as connection:
            connection.execute("alter table blog_post rename to away")
            try:
                for _ in range(10):
                    assert client.get("/blog/").status_code == 503
                    assert client.get("/auth/login").status_code == 200
            finally:
                connection.execute("alter table away rename to blog_post")
        assert client.get("/blog/").status_code == 200


def test_what_ends_tls_before_the_proxy_is_heard(stack: Stack) -> None:
    with httpx.Client(base_url=stack.url, trust_env=False) as client:
        secure = client.get("/", headers={"X-Forwarded-Proto": "https"})
        assert "strict-transport-security" in secure.headers
        assert "strict-transport-security" not in client.get("/").headers
