"""The links in mails: for one purpose, for one use, for a limited time."""

from __future__ import annotations

import pytest

from .people import ask_for_mail
from .texts import CONFIRM_SUBJECT, UNCONFIRMED

DEAD = "This link is no longer valid"
RESENT = "If this account still needs to be confirmed, we sent a new link."
RESET_SENT = "If an account exists for this address, we sent a link."
NEW_PASSWORD = "a completely new password"


def test_a_confirmation_link_works_once(people):
    person = people.registered()
    path = person.confirmation()
    person.confirm(path).to("/auth/login")
    person.get(path).expect(400).heading(DEAD).link("/auth/confirm")


def test_an_opened_confirmation_page_works_once(people):
    person = people.registered()
    path = person.confirmation()
    form = person.get(path).form(path)
    form.submit().to("/auth/login")
    form.submit().expect(400).heading(DEAD)


@pytest.mark.in_process
def test_a_confirmation_link_lasts_seven_days(people, later):
    person = people.registered()
    path = person.confirmation()
    with later(days=6, hours=23):
        person.get(path).expect(200)
    with later(days=7, minutes=1):
        person.get(path).expect(400).heading(DEAD)


@pytest.mark.parametrize("purpose", ["confirm", "reset"])
@pytest.mark.parametrize("token", ["nonsense", "a.b.c", "%00", "é", "x" * 2000])
def test_an_invented_link_is_refused(visitor, purpose, token):
    page = visitor.get(f"/auth/{purpose}/{token}").expect(400).heading(DEAD)
    page.link(f"/auth/{purpose}")


def test_a_link_with_one_letter_changed_is_refused(people):
    person = people.registered()
    start, token = person.confirmation().rsplit("/", 1)
    changed = ("A" if token[0] != "A" else "B") + token[1:]
    person.get(f"{start}/{changed}").expect(400).heading(DEAD)


def test_a_confirmation_link_does_not_reset_a_password(people):
    person = people.registered()
    token = person.confirmation().removeprefix("/auth/confirm/")
    person.get(f"/auth/reset/{token}").expect(400).heading(DEAD).link("/auth/reset")


def test_a_reset_link_does_not_confirm_an_address(people):
    person = people.registered()
    person.ask_for_reset()
    token = person.reset_link().removeprefix("/auth/reset/")
    person.get(f"/auth/confirm/{token}").expect(400).heading(DEAD)


def test_a_new_confirmation_link_can_be_asked_for(people):
    person = people.registered()
    person.confirmation()
    page = ask_for_mail(person, "/auth/confirm", person.email)
    page.to("/auth/login").follow().flash(RESENT)
    person.confirm(person.confirmation(count=2)).to("/auth/login")
    person.log_in().expect(302)


def test_an_unknown_address_is_not_told_apart_when_confirming(visitor):
    page = ask_for_mail(visitor, "/auth/confirm", visitor.email)
    page.to("/auth/login").follow().flash(RESENT)
    assert not visitor.mailbox.settled(visitor.email)


def test_a_confirmed_address_gets_no_new_confirmation_link(people, member):
    page = ask_for_mail(people.stranger(), "/auth/confirm", member.email)
    page.to("/auth/login").follow().flash(RESENT)
    mails = member.mailbox.settled(member.email)
    assert [m.subject for m in mails].count(CONFIRM_SUBJECT) == 1


def test_a_reset_link_sets_a_new_password(people):
    person = people.confirmed()
    person.ask_for_reset().to("/auth/login").follow().flash(RESET_SENT)
    page = person.reset(person.reset_link(), NEW_PASSWORD).to("/auth/login").follow()
    page.flash("Your password has been changed. You can now log in.")
    person.log_in().expect(422)
    person.log_in(password=NEW_PASSWORD).expect(302)


def test_an_unknown_address_is_not_told_apart_when_resetting(visitor):
    visitor.ask_for_reset().to("/auth/login").follow().flash(RESET_SENT)
    assert not visitor.mailbox.settled(visitor.email)


def test_a_reset_can_be_asked_for_in_other_case(people):
    person = people.confirmed()
    ask_for_mail(person, "/auth/reset", person.email.upper()).expect(302)
    person.reset(person.reset_link(), NEW_PASSWORD).expect(302)


def test_a_reset_link_works_once(people):
    person = people.confirmed()
    person.ask_for_reset()
    path = person.reset_link()
    person.reset(path, NEW_PASSWORD)
    person.get(path).expect(400).heading(DEAD).link("/auth/reset")


def test_all_reset_links_die_with_the_password(people):
    person = people.confirmed()
    person.ask_for_reset()
    first = person.reset_link()
    person.ask_for_reset()
    person.reset(person.reset_link(count=2), NEW_PASSWORD)
    person.get(first).expect(400).heading(DEAD)


def test_a_reset_link_dies_when_the_password_is_changed_otherwise(member):
    member.ask_for_reset()
    path = member.reset_link()
    change = member.get("/auth/account/password").form("/auth/account/password")
    change.fill(current=member.password, password=NEW_PASSWORD).submit().expect(302)
    member.get(path).expect(400).heading(DEAD)


@pytest.mark.in_process
def test_a_reset_link_lasts_one_hour(people, later):
    person = people.confirmed()
    person.ask_for_reset()
    path = person.reset_link()
    with later(minutes=59):
        person.get(path).expect(200)
    with later(minutes=61):
        person.get(path).expect(400).heading(DEAD)


@pytest.mark.in_process
def test_a_reset_page_left_open_too_long_is_refused(people, later):
    person = people.confirmed()
    person.ask_for_reset()
    path = person.reset_link()
    form = person.get(path).form(path).fill(password=NEW_PASSWORD)
    with later(minutes=61):
        form.submit_as(person).expect(400).heading(DEAD)
    person.log_in().expect(302)


def test_a_bad_new_password_is_refused_and_the_link_lives_on(people):
    person = people.confirmed()
    person.ask_for_reset()
    path = person.reset_link()
    person.reset(path, "short").expect(422).error("password")
    person.reset(path, NEW_PASSWORD).to("/auth/login")


def test_a_reset_ends_all_sessions(people, member):
    person = people.again(member)
    person.ask_for_reset()
    person.reset(person.reset_link(), NEW_PASSWORD)
    member.get("/auth/account").asks_to_log_in()


def test_a_reset_ends_remembered_sessions(people):
    person = people.confirmed()
    person.log_in(remember=True)
    other = people.again(person)
    other.ask_for_reset()
    other.reset(other.reset_link(), NEW_PASSWORD)
    person.forget("session")
    person.get("/auth/account").asks_to_log_in()


def test_a_reset_does_not_confirm_the_address(people):
    person = people.registered()
    person.ask_for_reset()
    person.reset(person.reset_link(), NEW_PASSWORD).to("/auth/login")
    page = person.log_in(password=NEW_PASSWORD).expect(422)
    page.form_error(UNCONFIRMED)


def test_the_reset_link_of_a_deleted_account_is_dead(member):
    member.ask_for_reset()
    path = member.reset_link()
    member.delete_account().to("/")
    member.get(path).expect(400).heading(DEAD)


@pytest.mark.parametrize("path", ["/auth/reset", "/auth/confirm"])
def test_asking_with_a_bad_address_shows_why(visitor, path):
    ask_for_mail(visitor, path, "not an address").expect(422).error("email")
