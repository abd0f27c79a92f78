"""Billing runs in processes of its own, and these are stopped: the rest goes on.

PostgreSQL with two databases, Redis, Celery, nginx; the contract suite runs against the
same topology in ``nox -s extraction``.
"""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from stack import Stack

from tests.conftest import FolderFactory
from tests.contract.mailbox import Mailbox
from tests.contract.people import People, Person
from tests.contract.targets import Live

ADMIN = ("admin@example.com", "an admin's long password")
PATIENCE = 90  # seconds; nothing takes that long unless it fails


@pytest.fixture(scope="module")
def stack(server_folder: FolderFactory) -> Iterator[Stack]:
    settings = {"EVENTS_STALE_AFTER": "5"}  # so long until an event is sent again
    with Stack(
        server_folder("extraction"),
        instances=1,
        workers=1,
        broker="celery",
        extracted="billing",
        env=settings,
    ) as stack:
        stack.flask("create-admin", ADMIN[0], "--password", ADMIN[1])
        yield stack


@pytest.fixture
def people(stack: Stack) -> Iterator[People]:
    site = Live(stack.url, Path(stack.mail_folder), *ADMIN, stack.env["WEBHOOK_SECRET"])
    people = People(site, Mailbox(site.mail_directory))
    yield people
    people.leave()


@pytest.fixture
def without_billing(stack: Stack, people: People) -> Iterator[Person]:
    """Stop what runs billing; return a member who was there before."""
    member = people.pro()
    for name in ("billing-1", "billing-worker-1"):
        stack[name].kill()
    yield member
    for name in ("billing-1", "billing-worker-1"):
        if not stack[name].running:
            stack[name].start()


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_the_internal_pages_are_not_for_the_world(stack: Stack, people: People) -> None:
    visitor = people.stranger()
    for path in ("/internal/events", "//internal/events", "/x/../internal/events"):
        assert visitor.client.post(path, json={}).status_code == 404
    assert visitor.client.get("/internal/api/auth/api/find").status_code == 404


def test_other_pages_work_and_these_answer_503(without_billing: Person) -> None:
    member = without_billing
    assert "Temporarily unavailable" in member.get("/billing/plans").expect(503).text
    member.get("/billing/").expect(503)
    for path in ("/", "/blog/", "/dashboard/", "/auth/account", "/notifications/"):
        member.get(path).expect(200)
    # Somebody's data is whole, or it is not there.
    member.get("/auth/account/export").expect(503)


def test_nobody_counts_posts_without_billing(people: People, stack: Stack) -> None:
    member = people.member()
    for number in range(3):
        member.publish(f"Post {number}")
    member.write("One too many").expect(422)
    stack["billing-1"].kill()
    try:
        member.get("/dashboard/").expect(200)  # where it is noticed, at the latest
        member.write("One more").expect(302)
    finally:
        stack["billing-1"].start()


def test_an_event_arrives_though_the_broker_forgot_it(
    stack: Stack, without_billing: Person
) -> None:
    without_billing.delete_account().expect(302)
    wait_until(lambda: "not acknowledged yet" in stack.flask("events", "list"))
    stack["redis"].kill()
    stack["redis"].start()  # empty
    for name in ("billing-1", "billing-worker-1"):
        stack[name].start()
    wait_until(lambda: "billing.forget" not in stack.flask("events", "list"))
    arrived = stack.flask("events", "list", "--state=completed")
    assert "auth.UserDeleted -> billing.forget" in arrived
    assert json.loads(stack.flask("modules", "--json"))["quarantined"] == []
