"""One's own account: name, password, export, deletion."""

from __future__ import annotations

import json

import pytest

from .texts import BAD_LOGIN

ACCOUNT = "/auth/account"
PASSWORD = "/auth/account/password"
NEW_PASSWORD = "a completely new password"


def rename(person, name):
    return person.get(ACCOUNT).form(ACCOUNT).fill(name=name).submit()


def change_password(person, current, password):
    form = person.get(PASSWORD).expect(200).form(PASSWORD)
    return form.fill(current=current, password=password).submit()


def export(person):
    return json.loads(person.get(f"{ACCOUNT}/export").expect(200).text)


def test_the_page_shows_who_one_is(member):
    page = member.get(ACCOUNT).expect(200).heading("Your account")
    page.says(member.email)
    assert page.value("name") == member.name
    page.link(PASSWORD).link(f"{ACCOUNT}/export").link(f"{ACCOUNT}/delete")


def test_a_new_name_is_saved(member):
    rename(member, "Another Name").to(ACCOUNT).follow().flash("Saved.")
    assert member.get(ACCOUNT).value("name") == "Another Name"


@pytest.mark.parametrize("name", ["", " ", "n" * 81, "bell\x07"], ids=ascii)
def test_a_bad_name_is_not_saved(member, name):
    rename(member, name).expect(422).error("name")
    assert member.get(ACCOUNT).value("name") == member.name


def test_the_password_can_be_changed(people, member):
    page = change_password(member, member.password, NEW_PASSWORD).to(ACCOUNT).follow()
    page.flash("Your password has been changed.")
    second = people.again(member)
    second.log_in().expect(422)
    second.log_in(password=NEW_PASSWORD).expect(302)


def test_changing_the_password_ends_other_sessions_only(people, member):
    second = people.again(member)
    second.log_in(remember=True)
    change_password(member, member.password, NEW_PASSWORD).expect(302)
    assert member.is_logged_in()
    second.get("/auth/account").asks_to_log_in()


def test_changing_the_password_needs_the_current_one(member):
    page = change_password(member, "not my password", NEW_PASSWORD).expect(422)
    page.error("current", "Incorrect password.")
    assert page.value("current") == ""
    assert page.value("password") == ""
    member.log_out()
    member.log_in().expect(302)


@pytest.mark.parametrize("password", ["", "short", "p" * 129, "1234567890"])
def test_a_bad_new_password_is_refused(member, password):
    change_password(member, member.password, password).expect(422).error("password")


def test_the_new_password_may_not_be_the_address(member):
    page = change_password(member, member.password, member.email).expect(422)
    page.error("password")


def test_the_export_is_a_file(member):
    page = member.get(f"{ACCOUNT}/export").expect(200)
    assert page.headers["content-type"].startswith("application/json")
    disposition = page.headers["content-disposition"]
    assert disposition.startswith("attachment")
    assert "-export.json" in disposition


def test_the_export_holds_no_secret(member):
    page = member.get(f"{ACCOUNT}/export").expect(200)
    page.hides("argon2").hides("password").hides("stamp")


def test_deleting_needs_the_password(member):
    page = member.delete_account("not my password").expect(422).error("password")
    assert page.value("password") == ""
    assert member.is_logged_in()


def test_deleting_logs_out(people, member):
    second = people.again(member)
    second.log_in()
    page = member.delete_account().to("/").follow()
    page.flash("Your account has been deleted.")
    member.get("/auth/account").asks_to_log_in()
    second.get("/auth/account").asks_to_log_in()


def test_a_deleted_account_cannot_log_in(member):
    member.delete_account()
    member.log_in().expect(422).form_error(BAD_LOGIN)


@pytest.mark.in_process
def test_the_only_admin_cannot_delete_themselves(elsewhere):
    admin = elsewhere().admin()
    admin.delete_account().expect(422).says("You are the only admin.")
    assert admin.is_logged_in()
