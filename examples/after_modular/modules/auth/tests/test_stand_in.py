"""The stand-in does what the api does."""

from datetime import UTC, date, datetime, timedelta
from types import ModuleType

import pytest
from flask import Flask
from werkzeug.exceptions import Forbidden

from kernel import Event
from kernel.testing import differences
from kernel.testing.visitors import Visitor, Visitors
from modules.auth import api, stand_in
from modules.auth.events import UserDeactivated
from modules.auth.models import User, session

START = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = ("Ada", "Ben", "ada lovelace")


@pytest.fixture(params=[api, stand_in], ids=["api", "stand-in"])
def auth(app: Flask, request: pytest.FixtureRequest) -> ModuleType:
    """Return the one or the other, with three people: 1, 2 and 3."""
    for number, name in enumerate(NAMES, start=1):
        email, joined = f"user{number}@example.com", START + timedelta(number)
        if request.param is stand_in:
            stand_in.add(number, name=name, email=email, joined_at=joined)
        else:
            moments = {"created_at": joined, "confirmed_at": joined}
            session.add(User(name=name, email=email, password_hash="", **moments))
            session.flush()
    session.commit()
    return request.param


def test_the_interface_is_the_same() -> None:
    assert differences(api, stand_in) == []


def test_people_are_found(auth: ModuleType) -> None:
    ben = auth.find(2)
    assert (ben.name, ben.role, ben.state) == ("Ben", "member", "active")
    assert ben.joined_at == START + timedelta(2)
    assert auth.find(9) is None
    wanted = ["user2@example.com", "nobody@example.com"]
    assert auth.find_ids(wanted) == {"user2@example.com": 2}


def test_people_are_listed(app: Flask, auth: ModuleType) -> None:
    with app.test_request_context("/"):
        first = auth.list_people(size=2)
        assert [person.id for person in first.items] == [3, 2]
        assert [person.id for person in auth.list_people("ADA").items] == [3, 1]
        assert [person.id for person in auth.list_people("user2").items] == [2]
    with app.test_request_context(f"/?before={first.next_cursor}"):
        second = auth.list_people(size=2)
    assert [person.id for person in second.items] == [1]
    assert second.next_cursor is None


def test_a_role_and_a_state_are_changed(
    auth: ModuleType, published: list[Event]
) -> None:
    auth.set_role(1, "admin")
    assert auth.find(1).is_admin
    assert auth.count_admins() == 1
    auth.deactivate(1)
    assert not auth.find(1).active
    assert published == [UserDeactivated(user_id=1)]
    auth.activate(1)
    assert auth.find(1).active


def test_people_are_counted(auth: ModuleType) -> None:
    assert (auth.count_people(), auth.count_members()) == (3, 3)
    assert auth.signups_by_day(date(2026, 1, 3)) == {
        date(2026, 1, 3): 1,
        date(2026, 1, 4): 1,
    }


def test_admins_alone_are_let_in(
    app: Flask, auth: ModuleType, visitors: Visitors
) -> None:
    app.add_url_rule("/secret", "secret", auth.admin_required(lambda: "come in"))
    browser = app.test_client()
    assert browser.get("/secret").location == "/auth/login?next=/secret"
    visitors.log_in(Visitor(1, "member"), browser)
    assert browser.get("/secret").status_code == Forbidden.code
    visitors.log_in(Visitor(2, "admin"), browser)
    assert browser.get("/secret").text == "come in"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_strangers_are_sent_to_the_same_page(app: Flask, method: str) -> None:
    view = api.admin_required(lambda: "come in")
    app.add_url_rule("/secret", "secret", view, methods=["GET", "POST"])
    expected = app.test_client().open("/secret", method=method).location
    alone = Flask(__name__)
    alone.config.update(TESTING=True, SECRET_KEY="key")
    alone.register_blueprint(stand_in.blueprint)
    alone.add_url_rule("/secret", "secret", view, methods=["GET", "POST"])
    assert alone.test_client().open("/secret", method=method).location == expected


def test_the_page_to_register_is_the_same(app: Flask) -> None:
    with app.test_request_context():
        assert stand_in.register_url() == api.register_url()
