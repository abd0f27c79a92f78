"""The fake behaves as the service."""

from datetime import UTC, date, datetime, timedelta
from types import ModuleType

import pytest
from flask import Flask
from werkzeug.exceptions import Forbidden

from kernel import Event
from modules.auth import fake, service
from modules.auth.events import UserDeactivated
from modules.auth.models import User, session
from web.access import admin_required
from web.testing import FakeLogins, FakeUser

START = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = ("Ada", "Ben", "ada lovelace")


@pytest.fixture(params=[service, fake], ids=["service", "fake"])
def auth(app: Flask, request: pytest.FixtureRequest) -> ModuleType:
    """Return the service or the fake, with three accounts: 1, 2 and 3."""
    for number, name in enumerate(NAMES, start=1):
        email, joined = f"user{number}@example.com", START + timedelta(number)
        if request.param is fake:
            fake.add(number, name=name, email=email, joined_at=joined)
        else:
            moments = {"created_at": joined, "confirmed_at": joined}
            session.add(User(name=name, email=email, password_hash="", **moments))
            session.flush()
    session.commit()
    provider: ModuleType = request.param
    return provider


def test_find(auth: ModuleType) -> None:
    ben = auth.find(2)
    assert (ben.name, ben.role, ben.state) == ("Ben", "member", "active")
    assert ben.joined_at == START + timedelta(2)
    assert auth.find(9) is None
    wanted = ["user2@example.com", "absent@example.com"]
    assert auth.find_ids(wanted) == {"user2@example.com": 2}


def test_list_accounts(app: Flask, auth: ModuleType) -> None:
    with app.test_request_context("/"):
        first = auth.list_accounts(size=2)
        assert [each.id for each in first.items] == [3, 2]
        assert [each.id for each in auth.list_accounts("ADA").items] == [3, 1]
        assert [each.id for each in auth.list_accounts("user2").items] == [2]
    with app.test_request_context(f"/?before={first.next_cursor}"):
        second = auth.list_accounts(size=2)
    assert [each.id for each in second.items] == [1]
    assert second.next_cursor is None


def test_set_role_and_deactivate(
    auth: ModuleType, published_events: list[Event]
) -> None:
    auth.set_role(1, "admin")
    assert auth.find(1).is_admin
    assert auth.count_admins() == 1
    assert not auth.deactivate(1)
    assert not auth.set_role(1, "member")
    assert auth.find(1).is_admin
    assert auth.find(1).active
    auth.deactivate(2)
    assert not auth.find(2).active
    assert published_events == [UserDeactivated(user_id=2)]
    auth.activate(2)
    assert auth.find(2).active


def test_counts(auth: ModuleType) -> None:
    assert (auth.count_accounts(), auth.count_members()) == (3, 3)
    assert auth.signups_by_day(date(2026, 1, 3)) == {
        date(2026, 1, 3): 1,
        date(2026, 1, 4): 1,
    }


def test_admin_required(app: Flask, fake_logins: FakeLogins) -> None:
    app.add_url_rule("/secret", "secret", admin_required(lambda: "admins only"))
    client = app.test_client()
    assert client.get("/secret").location == "/auth/login?next=/secret"
    fake_logins.log_in(FakeUser(1, "member"), client)
    assert client.get("/secret").status_code == Forbidden.code
    fake_logins.log_in(FakeUser(2, "admin"), client)
    assert client.get("/secret").text == "admins only"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_anonymous_users_are_redirected_alike(app: Flask, method: str) -> None:
    view = admin_required(lambda: "admins only")
    app.add_url_rule("/secret", "secret", view, methods=["GET", "POST"])
    expected = app.test_client().open("/secret", method=method).location
    alone = Flask(__name__)
    alone.config.update(TESTING=True, SECRET_KEY="key")
    alone.register_blueprint(fake.blueprint)
    alone.add_url_rule("/secret", "secret", view, methods=["GET", "POST"])
    assert alone.test_client().open("/secret", method=method).location == expected


def test_register_url(app: Flask) -> None:
    with app.test_request_context():
        assert fake.register_url() == service.register_url()
