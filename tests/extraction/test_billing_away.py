"""Billing runs in its own processes; the rest of the app works while they are down.

PostgreSQL with two databases, Redis, Celery, nginx; the acceptance suite runs against
the same topology in ``nox -s extraction``.
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
TIMEOUT = 90  # seconds


@pytest.fixture(scope="module")
def stack(server_folder: FolderFactory) -> Iterator[Stack]:
    settings = {"EVENTS_STALE_AFTER": "5"}  # seconds until an event is sent again
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
    """Kill the processes of billing; return a member who subscribed before."""
    member = people.pro()
    for name in ("billing-1", "billing-worker-1"):
        stack[name].kill()
    yield member
    for name in ("billing-1", "billing-worker-1"):
        if not stack[name].running:
            stack[name].start()


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_the_proxy_does_not_forward_internal_urls(stack: Stack, people: People) -> None:
    visitor = people.stranger()
    for path in ("/internal/events", "//internal/events", "/x/../internal/events"):
        assert visitor.client.post(path, json={}).status_code == 404
    assert visitor.client.get("/internal/api/auth/service/find").status_code == 404


def test_other_pages_work_while_those_of_billing_answer_503(
    without_billing: Person,
) -> None:
    member = without_billing
    assert "Temporarily unavailable" in member.get("/billing/plans").expect(503).text
    member.get("/billing/").expect(503)
    for path in ("/", "/blog/", "/dashboard/", "/auth/account", "/notifications/"):
        member.get(path).expect(200)
    export = json.loads(member.get("/auth/account/export").expect(200).text)
    assert export["billing"] == "temporarily unavailable"


def test_posts_are_not_limited_while_billing_is_down(
    people: People, stack: Stack
) -> None:
    member = people.member()
    for number in range(3):
        member.publish(f"Post {number}")
    member.write("One too many").expect(422)
    stack["billing-1"].kill()
    try:
        member.get("/dashboard/").expect(200)  # detects the outage
        member.write("One more").expect(302)
    finally:
        stack["billing-1"].start()


def test_an_event_is_delivered_although_the_broker_lost_it(
    stack: Stack, without_billing: Person
) -> None:
    without_billing.delete_account().expect(302)
    wait_until(lambda: "not acknowledged yet" in stack.flask("events", "list"))
    stack["redis"].kill()
    stack["redis"].start()  # empty
    for name in ("billing-1", "billing-worker-1"):
        stack[name].start()
    wait_until(lambda: "billing.forget" not in stack.flask("events", "list"))
    completed = stack.flask("events", "list", "--state=completed")
    assert "auth.UserDeleted -> billing.forget" in completed
    assert json.loads(stack.flask("modules", "--json"))["quarantined"] == []
