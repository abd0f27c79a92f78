"""Logging in and out, sessions, and where one lands."""

from __future__ import annotations

import pytest

from .apps import START
from .texts import BAD_LOGIN


def test_the_form(visitor):
    page = visitor.get("/auth/login").expect(200).heading("Log in")
    page.link("/auth/register").link("/auth/reset")
    assert page.control("remember")["type"] == "checkbox"


def test_the_address_may_be_typed_in_any_case_and_with_spaces(people):
    person = people.confirmed()
    person.log_in(email=f"  {person.email.upper()} ").to(START)


def test_a_wrong_password_is_refused(people):
    person = people.confirmed()
    page = person.log_in(password="not the password").expect(422).form_error(BAD_LOGIN)
    assert page.value("email") == person.email
    assert page.value("password") == ""
    assert not person.is_logged_in()


def test_an_unknown_address_gets_the_same_answer(people, visitor):
    known = people.confirmed().log_in(password="not the password").expect(422)
    unknown = visitor.log_in(password="not the password").expect(422)
    unknown.form_error(BAD_LOGIN)
    assert unknown.one("p.form-error").text == known.one("p.form-error").text


def test_an_unconfirmed_account_is_told_only_with_the_right_password(people):
    person = people.registered()
    page = person.log_in(password="not the password").expect(422).form_error(BAD_LOGIN)
    assert "confirm your email" not in page.words.lower()


def test_an_empty_form_is_refused(visitor):
    page = visitor.log_in(email="", password="").expect(422)
    page.error("email").error("password")


def test_a_password_keeps_its_spaces_and_case(people):
    person = people.stranger()
    person.password = "  Correct Horse  "
    person.register()
    person.confirm()
    person.log_in(password="Correct Horse").expect(422)
    person.log_in(password="  correct horse  ").expect(422)
    person.log_in().expect(302)


def test_a_member_who_opens_the_form_is_sent_on(member):
    member.get("/auth/login").to(START)


@pytest.mark.parametrize(
    "path",
    [
        "/dashboard/",
        "/blog/new",
        "/blog/mine",
        "/notifications/",
        "/notifications/preferences",
        "/auth/account",
        "/auth/account/password",
        "/auth/account/export",
        "/auth/account/delete",
        "/billing/",
        "/admin/",
        "/admin/users",
        "/admin/status",
        "/admin/data/users/",
    ],
)
def test_a_page_for_members_asks_to_log_in(visitor, path):
    visitor.get(path).to(f"/auth/login?next={path}")


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example/",
        "\\\\evil.example/",
        "http:evil.example",
        "javascript:alert(1)",
        "/\t/evil.example/",
        "/\n/evil.example/",
        " //evil.example/",
        "account/",
        "",
    ],
    ids=ascii,
)
def test_next_cannot_leave_the_site(people, target):
    person = people.confirmed()
    page = person.get("/auth/login", params={"next": target}).expect(200)
    form = page.form("/auth/login").fill(email=person.email, password=person.password)
    form.submit().to(START)


def test_logging_out_ends_the_session(member):
    member.log_out().to("/").follow().flash("You have been logged out.")
    member.get("/auth/account").asks_to_log_in()


def test_logging_out_ends_a_remembered_session(people):
    person = people.confirmed()
    person.log_in(remember=True).expect(302)
    person.log_out()
    assert person.cookie("remember_token") in (None, "")
    person.get("/auth/account").asks_to_log_in()


def test_two_browsers_are_logged_in_apart(people, member):
    second = people.again(member)
    second.log_in().expect(302)
    second.log_out()
    assert member.is_logged_in()


def test_remember_me_outlives_the_browser(people):
    person = people.confirmed()
    person.log_in(remember=True).expect(302)
    person.forget("session")
    assert person.is_logged_in()


def test_without_remember_me_the_session_ends_with_the_browser(member):
    assert member.cookie("remember_token") is None
    member.forget("session")
    assert not member.is_logged_in()


@pytest.mark.in_process
def test_a_remembered_session_ends_after_31_days(people, later):
    person = people.confirmed()
    person.log_in(remember=True)
    for day in (10, 20, 30):
        with later(days=day):
            person.forget("session")
            assert person.is_logged_in()
    with later(days=32):
        person.forget("session")
        assert not person.is_logged_in()


def test_a_tampered_session_is_nobody(member):
    value = member.cookie("session")
    member.client.cookies.clear()
    member.client.cookies.set("session", value[:-4] + "AAAA")
    member.get("/auth/account").asks_to_log_in()


def test_the_session_is_renewed_on_log_in(people):
    person = people.confirmed()
    token = person.token()
    person.log_in().expect(302)
    person.post("/auth/logout", {"csrf_token": token}).expect(400)
    assert person.is_logged_in()
