import re

import pytest

from app import app
from helpers import make_token
from models import Invoice, Post, User, db

PASSWORD = "correct horse battery"
NEW = {"name": "Ada", "email": "Ada@Example.com ", "password": PASSWORD}


def path_in(mail, page):
    return re.search(rf"https?://[^/\s]+(/auth/{page}/\S+)", mail.body)[1]


def test_register_confirm_and_log_in(client, outbox, user_named, texts):
    page = client.post("/auth/register", data=NEW, follow_redirects=True)
    assert "Check your inbox. We sent an email to ada@example.com." in page.text
    (mail,) = outbox()
    assert mail.subject == "Confirm your email address"
    assert mail.to == ["ada@example.com"]
    link = path_in(mail, "confirm")
    assert "Confirm email address" in client.get(link).text
    assert user_named("ada@example.com").confirmed_at is None
    page = client.post(link, follow_redirects=True)
    assert "Your email address is confirmed. You can now log in." in page.text
    assert texts() == ["Welcome to Inkwell"]
    assert client.post(link).status_code == 400
    page = client.post("/auth/login", data=NEW)
    assert page.location == "/dashboard/"


def test_registering_twice_notifies_only_the_owner(client, outbox, make_user):
    make_user(name="Countess")
    page = client.post("/auth/register", data=NEW, follow_redirects=True)
    assert "Check your inbox. We sent an email to ada@example.com." in page.text
    (mail,) = outbox()
    assert mail.subject == "You already have an account"
    assert "/auth/reset" in mail.body
    assert db.session.query(User).count() == 1


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("name", "", "Name is required."),
        ("name", "  ", "Name is required."),
        ("name", "x" * 81, "Use 1 to 80 characters."),
        ("name", "A\x07da", "This contains a character"),
        ("email", "ada", "Enter a valid email address"),
        ("email", "a" * 250 + "@example.com", "Use at most 254 characters."),
        ("password", "short", "Use 10 to 128 characters."),
        ("password", "x" * 129, "Use 10 to 128 characters."),
        ("password", "Password123", "This password is too common."),
        ("password", "ada@example.com", "Your password can&#39;t be your name"),
    ],
)
def test_register_rejects_invalid_input(client, field, value, reason):
    page = client.post("/auth/register", data=NEW | {field: value})
    assert page.status_code == 422
    assert f'id="{field}-error">{reason}' in page.text
    assert f'aria-describedby="{field}-error"' in page.text
    assert PASSWORD not in page.text


@pytest.mark.parametrize("address", ["a@site.test", "a@site.example", "é@exämple.com"])
def test_unusual_addresses_are_accepted(client, address):
    assert client.post("/auth/register", data=NEW | {"email": address}).location


def test_resending_the_confirmation_does_not_reveal_accounts(client, make_user, outbox):
    make_user("old@example.com")
    make_user("new@example.com", confirmed_at=None)
    for email in ("old@example.com", "new@example.com", "who@example.com"):
        page = client.post(
            "/auth/confirm", data={"email": email}, follow_redirects=True
        )
        assert (
            "If this account still needs to be confirmed, we sent a new link."
            in page.text
        )
    assert [mail.to for mail in outbox()] == [["new@example.com"]]


def test_login_redirects_to_the_requested_page(client, make_user):
    make_user()
    page = client.get("/billing/?page=1")
    assert page.location == "/auth/login?next=/billing/?page%3D1"
    data = {"email": "ada@example.com", "password": PASSWORD}
    assert client.post(page.location, data=data).location == "/billing/?page=1"


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", ""]
)
def test_login_never_redirects_to_another_site(client, make_user, target):
    make_user()
    page = client.post(
        "/auth/login",
        query_string={"next": target},
        data={"email": "ada@example.com", "password": PASSWORD},
    )
    assert page.location == "/dashboard/"


@pytest.mark.parametrize(
    ("values", "password", "reason"),
    [
        ({}, "wrong", "Incorrect email or password."),
        ({"confirmed_at": None}, "wrong", "Incorrect email or password."),
        ({"confirmed_at": None}, PASSWORD, "Please confirm your email address first."),
        ({"active": False}, PASSWORD, "This account is deactivated."),
    ],
)
def test_login_is_refused(client, make_user, values, password, reason):
    make_user(**values)
    data = {"email": "ada@example.com", "password": password}
    page = client.post("/auth/login", data=data)
    assert page.status_code == 422
    assert reason in page.text
    assert client.get("/dashboard/").status_code == 302


def test_failed_logins_are_limited_per_address(client, make_user):
    make_user()
    make_user("bob@example.com")
    wrong = {"email": "ADA@example.com", "password": "wrong"}
    statuses = [client.post("/auth/login", data=wrong).status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]
    right = {"email": "ada@example.com", "password": PASSWORD}
    page = client.post("/auth/login", data=right)
    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) > 0
    bob = right | {"email": "bob@example.com"}
    assert client.post("/auth/login", data=bob).status_code == 302


def test_remember_me_sets_its_own_cookie(client, make_user):
    make_user()
    data = {"email": "ada@example.com", "password": PASSWORD, "remember": "y"}
    client.post("/auth/login", data=data)
    client.delete_cookie("session")
    assert client.get("/dashboard/").status_code == 200


def test_an_outdated_password_hash_is_replaced(client, make_user, user_named):
    from argon2 import PasswordHasher

    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    make_user().password_hash = weak
    db.session.commit()
    data = {"email": "ada@example.com", "password": PASSWORD}
    assert client.post("/auth/login", data=data).status_code == 302
    assert "m=19456,t=2,p=1" in user_named("ada@example.com").password_hash


def test_log_out(member):
    page = member.post("/auth/logout", follow_redirects=True)
    assert "You have been logged out." in page.text
    assert member.get("/dashboard/").status_code == 302


def test_a_password_reset_ends_all_sessions(client, member, outbox, user_named):
    data = {"email": "ada@example.com"}
    page = client.post("/auth/reset", data=data, follow_redirects=True)
    assert "If an account exists for this address, we sent a link." in page.text
    link = path_in(outbox()[-1], "reset")
    assert client.get(link).headers["Referrer-Policy"] == "no-referrer"
    assert client.post(link, data={"password": "short"}).status_code == 422
    page = client.post(link, data={"password": "another good one"})
    assert page.location == "/auth/login"
    assert client.get(link).status_code == 400
    assert member.get("/dashboard/").status_code == 302
    data |= {"password": "another good one"}
    assert client.post("/auth/login", data=data).status_code == 302


def test_mails_to_one_address_are_limited(client):
    data = {"email": "who@example.com"}
    statuses = [client.post("/auth/reset", data=data).status_code for _ in range(6)]
    assert statuses == [302] * 5 + [429]


def test_a_token_is_valid_for_one_purpose(client, make_user):
    with app.test_request_context():
        token = make_token("reset", make_user(confirmed_at=None))
    page = client.get(f"/auth/confirm/{token}")
    assert page.status_code == 400
    assert "This link is no longer valid" in page.text


def test_change_name(member, user_named, write):
    write(user_named("ada@example.com"))
    page = member.post("/auth/account", data={"name": "Ada L."}, follow_redirects=True)
    assert "Saved." in page.text
    assert "Ada L." in member.get("/blog/").text


def test_changing_the_password_ends_other_sessions(client, member):
    data = {"email": "ada@example.com", "password": PASSWORD}
    client.post("/auth/login", data=data)
    wrong = {"current": "wrong", "password": "another good one"}
    page = member.post("/auth/account/password", data=wrong)
    assert page.status_code == 422
    assert 'id="current-error">Incorrect password.' in page.text
    right = wrong | {"current": PASSWORD}
    assert member.post("/auth/account/password", data=right).status_code == 302
    assert member.get("/dashboard/").status_code == 200
    assert client.get("/dashboard/").status_code == 302


def test_export(member, user_named, write):
    write(user_named("ada@example.com"), "My title")
    page = member.get("/auth/account/export")
    assert "inkwell-export.json" in page.headers["Content-Disposition"]
    assert set(page.json) == {
        "account",
        "posts",
        "subscription",
        "invoices",
        "notifications",
    }
    assert page.json["posts"][0]["title"] == "My title"
    assert "argon2" not in page.text


def test_deleting_an_account_keeps_its_invoices(member, user_named, write):
    user = user_named("ada@example.com")
    write(user)
    db.session.add(Invoice(user=user, amount=900))
    db.session.commit()
    wrong = member.post("/auth/account/delete", data={"password": "wrong"})
    assert wrong.status_code == 422
    page = member.post(
        "/auth/account/delete", data={"password": PASSWORD}, follow_redirects=True
    )
    assert "Your account has been deleted." in page.text
    assert db.session.query(User).count() == db.session.query(Post).count() == 0
    assert db.session.query(Invoice).one().user_id is None
    assert member.get("/blog/1").status_code == 404


def test_the_only_admin_cannot_delete_the_account(admin):
    page = admin.post("/auth/account/delete", data={"password": PASSWORD})
    assert page.status_code == 422
    assert "You are the only admin." in page.text
