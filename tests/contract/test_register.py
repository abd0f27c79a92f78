"""Registering, and confirming the address."""

from __future__ import annotations

import pytest

from .apps import START
from .texts import CONFIRM_SUBJECT, UNCONFIRMED

CHECK_INBOX = "Check your inbox. We sent an email to {}."


def test_the_form_is_labelled(visitor):
    page = visitor.get("/auth/register").expect(200).heading("Sign up")
    for field in ("name", "email", "password"):
        page.one(f'label[for="{page.control(field)["id"]}"]')
    assert page.control("password")["type"] == "password"


def test_a_new_account_is_told_to_check_its_inbox(visitor):
    page = visitor.register().to("/auth/login").follow()
    page.flash(CHECK_INBOX.format(visitor.email))


def test_the_confirmation_mail_links_to_this_site(visitor):
    visitor.register()
    mail = visitor.mailbox.wait(visitor.email, CONFIRM_SUBJECT)
    assert f"{str(visitor.client.base_url).rstrip('/')}/auth/confirm/" in mail.text


def test_an_unconfirmed_account_cannot_log_in(people):
    person = people.registered()
    page = person.log_in().expect(422)
    page.form_error(UNCONFIRMED).link("/auth/confirm")
    assert not person.is_logged_in()


def test_opening_the_link_alone_does_not_confirm(people):
    person = people.registered()
    page = person.get(person.confirmation()).expect(200)
    page.one("main form button")
    page.says("Confirm email address")
    person.log_in().expect(422).form_error(UNCONFIRMED)


def test_confirming_lets_the_account_log_in(people):
    person = people.registered()
    page = person.confirm().to("/auth/login").follow()
    page.flash("Your email address is confirmed. You can now log in.")
    person.log_in().to(START)


def test_registering_does_not_log_in(people):
    person = people.registered()
    person.get("/auth/account").asks_to_log_in()


def test_a_taken_address_gets_the_same_answer(people, member):
    stranger = people.stranger()
    page = stranger.register(email=member.email).to("/auth/login").follow()
    page.flash(CHECK_INBOX.format(member.email))


def test_a_taken_address_keeps_its_account(people, member):
    stranger = people.stranger()
    stranger.register(email=member.email, password="another long password")
    stranger.log_in(email=member.email, password="another long password").expect(422)
    people.again(member).log_in().expect(302)


def test_the_owner_of_a_taken_address_is_told(people, member):
    before = len(member.mailbox.to(member.email))
    people.stranger().register(email=member.email)
    mails = member.mailbox.settled(member.email, before + 1)
    assert len(mails) == before + 1, f"expected one more mail, got {mails[before:]}"
    assert "/auth/login" in mails[-1].text
    assert "/auth/reset" in mails[-1].text
    assert "/auth/confirm/" not in mails[-1].text


def test_a_taken_address_in_other_case_is_taken(people, member):
    before = len(member.mailbox.to(member.email))
    people.stranger().register(email=member.email.upper()).expect(302)
    mails = member.mailbox.settled(member.email, before + 1)
    assert len(mails) == before + 1, "expected the mail to go to the existing account"
    assert "/auth/confirm/" not in mails[-1].text


@pytest.mark.parametrize(
    "email",
    ["", "nobody", "@example.com", "a@b@example.com", "a b@example.com", "a@exa mple"],
)
def test_a_bad_address_is_refused(visitor, email):
    page = visitor.register(email=email).expect(422).error("email")
    assert page.value("email") == email
    assert page.value("name") == visitor.name


def test_an_address_that_is_too_long_is_refused(visitor):
    long = f"{'a' * 60}@{'.'.join(['b' * 60] * 4)}.example"
    visitor.register(email=long).expect(422).error("email")


def test_a_demo_address_is_accepted(visitor):
    email = visitor.email.replace("example.com", "writers.example")
    visitor.register(email=email).expect(302)
    visitor.mailbox.wait(email, CONFIRM_SUBJECT)


@pytest.mark.parametrize(
    "name", ["", "   ", "n" * 81, "two\nlines", "bell\x07", "null\x00"], ids=ascii
)
def test_a_bad_name_is_refused(visitor, name):
    visitor.register(name=name).expect(422).error("name")
    assert not visitor.mailbox.to(visitor.email)


def test_a_name_of_80_characters_is_accepted(visitor):
    visitor.register(name="n" * 80).expect(302)


@pytest.mark.parametrize(
    "password",
    ["", "short", "nine char", "p" * 129, "1234567890", "password123"],
    ids=["empty", "short", "nine", "129", "digits", "common"],
)
def test_a_bad_password_is_refused(visitor, password):
    page = visitor.register(password=password).expect(422).error("password")
    assert page.value("password") == ""


@pytest.mark.parametrize("length", [10, 128])
def test_a_password_at_the_limits_is_accepted(people, length):
    person = people.stranger()
    person.password = ("x7-Kq" * 26)[:length]
    person.register().expect(302)
    person.confirm()
    person.log_in().expect(302)


def test_a_password_equal_to_the_address_is_refused(visitor):
    visitor.register(password=visitor.email).expect(422).error("password")


def test_a_password_equal_to_the_name_is_refused(visitor):
    visitor.register(password=visitor.name).expect(422).error("password")


def test_every_bad_field_is_named_at_once(visitor):
    page = visitor.register(name="", email="x", password="y").expect(422)
    page.error("name").error("email").error("password")


def test_sending_the_form_twice_makes_one_account(visitor):
    own = {"name": visitor.name, "email": visitor.email, "password": visitor.password}
    form = visitor.get("/auth/register").form("/auth/register").fill(**own)
    form.submit().to("/auth/login")
    form.submit().to("/auth/login")
    visitor.confirm(visitor.confirmation())
    visitor.log_in().expect(302)
