"""The page of event deliveries: failed ones are shown and can be redelivered."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kernel import current_kernel, utcnow

STATES = ("PENDING", "PROCESSING", "COMPLETED", "FAILED", "FAILED")


@dataclass
class Delivery:
    """An event on its way to one listener."""

    id: int
    state: str
    error: str | None
    published_at: datetime
    event: str = "blog.PostPublished"
    listener: str = "shop.count_post"
    attempts: int = 1


class Log:
    """A delivery log in memory."""

    def __init__(self) -> None:
        self.deliveries = {
            number: Delivery(
                number,
                state,
                "ValueError: <odd>" if state == "FAILED" else None,
                utcnow(),
            )
            for number, state in enumerate(STATES, 1)
        }

    def counts(self) -> dict[str, int]:
        return Counter(each.state for each in self.deliveries.values())

    def find(
        self, states: Sequence[str], *, before: int | None, limit: int
    ) -> list[Delivery]:
        found = [
            each
            for each in reversed(self.deliveries.values())
            if each.state in states and (before is None or each.id < before)
        ]
        return found[:limit]

    def retry(self, ids: Sequence[int] | None = None) -> int:
        failed = self.find(["FAILED"], before=None, limit=len(STATES))
        due = [each for each in failed if ids is None or each.id in ids]
        for each in due:
            each.state = "PENDING"
        return len(due)

    def purge(self, ids: Sequence[int]) -> int:
        failed = [each.id for each in self.find(["FAILED"], before=None, limit=9)]
        gone = [self.deliveries.pop(number) for number in failed if number in ids]
        return len(gone)

    def states(self) -> tuple[str, ...]:
        return tuple(each.state for each in self.deliveries.values())


@pytest.fixture(autouse=True)
def log(app: Flask) -> Log:
    """Return the delivery log of the app: a delivery in each state, two failed."""
    log = Log()
    current_kernel.delivery_log = log
    return log


def test_failed_deliveries_are_listed_with_their_error(admin: FlaskClient) -> None:
    page = admin.get("/admin/events").text
    assert page.count("data-id") == 2
    assert "shop.count_post" in page
    assert "ValueError: &lt;odd&gt;" in page
    assert "Failed: 2" in page
    assert "Pending: 2" in page


def test_pending_deliveries_are_listed_without_a_button(admin: FlaskClient) -> None:
    page = admin.get("/admin/events?kind=pending").text
    assert page.count("data-id") == 2
    assert "/retry" not in page
    assert admin.get("/admin/events?kind=odd").status_code == 404


def test_one_is_redelivered(admin: FlaskClient, log: Log) -> None:
    response = admin.post("/admin/events/4/retry")
    assert response.location == "/admin/events"
    assert log.states() == ("PENDING", "PROCESSING", "COMPLETED", "PENDING", "FAILED")
    assert "The delivery will be retried." in admin.get("/admin/events").text
    admin.post("/admin/events/3/retry")
    assert log.deliveries[3].state == "COMPLETED"
    assert (
        "This delivery is neither failed nor orphaned."
        in admin.get("/admin/events").text
    )


def test_all_are_redelivered(admin: FlaskClient, log: Log) -> None:
    admin.post("/admin/events/retry")
    assert "FAILED" not in log.states()
    assert "No failed events." in admin.get("/admin/events").text


def test_one_is_deleted(admin: FlaskClient, log: Log) -> None:
    assert admin.post("/admin/events/4/delete").location == "/admin/events"
    assert sorted(log.deliveries) == [1, 2, 3, 5]
    assert "The delivery was deleted." in admin.get("/admin/events").text
    admin.post("/admin/events/1/delete")
    assert sorted(log.deliveries) == [1, 2, 3, 5]
    page = admin.get("/admin/events").text
    assert "This delivery is neither failed nor orphaned." in page


def test_orphaned_deliveries_are_listed(admin: FlaskClient, log: Log) -> None:
    assert "No orphaned events." in admin.get("/admin/events?kind=orphaned").text
    log.deliveries[1].state = "ORPHANED"
    page = admin.get("/admin/events?kind=orphaned").text
    assert page.count("data-id") == 1
    assert "/admin/events/1/retry" in page
    assert "/admin/events/1/delete" in page
    assert "flask events check" in page


@pytest.mark.parametrize(
    "path", ["/admin/events/4/retry", "/admin/events/4/delete", "/admin/events/retry"]
)
def test_only_an_admin_redelivers(
    client: FlaskClient, member: FlaskClient, log: Log, path: str
) -> None:
    assert client.get(path).status_code == 405
    assert client.post(path).location.startswith("/auth/login")
    assert member.post(path).status_code == 403
    assert log.states() == STATES


def test_deliveries_that_are_not_stored(admin: FlaskClient) -> None:
    current_kernel.delivery_log = None
    assert "No failed events." in admin.get("/admin/events").text
