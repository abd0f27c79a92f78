"""Failed deliveries are listed, and retried when an admin asks for it."""

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kernel import db, outbox
from kernel.outbox import Delivery, State


@pytest.fixture(autouse=True)
def deliveries(app: Flask) -> None:
    """Leave one delivery in each state, and two that have failed."""
    states = [*State, State.FAILED]
    with app.app_context():
        outbox.session.execute(
            sa.insert(Delivery),
            [
                {
                    "id": number,
                    "event_id": str(number),
                    "event": "blog.PostPublished",
                    "listener": "shop.count_post",
                    "payload": "{}",
                    "state": state,
                    "error": "ValueError: <odd>" if state == State.FAILED else None,
                }
                for number, state in enumerate(states, 1)
            ],
        )
        outbox.session.commit()


def state_of(app: Flask, number: int) -> str:
    with app.app_context(), db.engine.connect() as connection:
        one = sa.select(Delivery.state).where(Delivery.id == number)
        return connection.scalar(one)


def test_what_failed_is_listed_with_its_reason(admin: FlaskClient) -> None:
    page = admin.get("/admin/events").text
    assert page.count("data-id") == 2
    assert "shop.count_post" in page
    assert "ValueError: &lt;odd&gt;" in page
    assert "Failed: 2" in page
    assert "Pending: 2" in page


def test_what_waits_is_listed_without_a_button(admin: FlaskClient) -> None:
    page = admin.get("/admin/events?kind=pending").text
    assert page.count("data-id") == 2
    assert "Retry" not in page.partition("<table")[2]
    assert admin.get("/admin/events?kind=odd").status_code == 404


def test_one_is_tried_again(app: Flask, admin: FlaskClient) -> None:
    answer = admin.post("/admin/events/4/retry")
    assert answer.location == "/admin/events"
    assert state_of(app, 4) == State.PENDING
    assert state_of(app, 5) == State.FAILED
    assert "The delivery will be retried." in admin.get("/admin/events").text
    admin.post("/admin/events/3/retry")
    assert state_of(app, 3) == State.COMPLETED
    assert "This delivery has not failed." in admin.get("/admin/events").text


def test_all_are_tried_again(app: Flask, admin: FlaskClient) -> None:
    page = admin.post("/admin/events/retry", follow_redirects=True).text
    assert "2 deliveries will be retried." in page
    assert state_of(app, 4) == state_of(app, 5) == State.PENDING
    assert "No failed events." in admin.get("/admin/events").text


@pytest.mark.parametrize("path", ["/admin/events/4/retry", "/admin/events/retry"])
def test_only_an_admin_tries_again(
    app: Flask, client: FlaskClient, member: FlaskClient, path: str
) -> None:
    assert client.get(path).status_code == 405
    assert client.post(path).location.startswith("/auth/login")
    assert member.post(path).status_code == 403
    assert state_of(app, 4) == State.FAILED
