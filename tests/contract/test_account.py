"""One's own account: name, password, export, deletion."""

from __future__ import annotations

import json

import pytest

from .texts import BAD_LOGIN, ON_PRO

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


@pytest.mark.needs("billing")
def test_the_page_shows_who_one_is(member):
    page = member.get(ACCOUNT).expect(200).heading("Your account")
    page.says(member.email).says("Free")
    assert page.value("name") == member.name
    page.link(PASSWORD).link(f"{ACCOUNT}/export").link(f"{ACCOUNT}/delete")


def test_a_new_name_is_saved(member):
    rename(member, "Another Name").to(ACCOUNT).follow().flash("Saved.")
    assert member.get(ACCOUNT).value("name") == "Another Name"


@pytest.mark.needs("blog")
def test_a_new_name_shows_on_old_posts(member):
    post = member.publish()
    rename(member, f"Renamed {member.name}").expect(302)
    new = f"Renamed {member.name}"
    member.eventually(post, lambda page: new in page.text).says(new)
    member.eventually("/blog/", lambda page: new in page.text).says(new)


@pytest.mark.parametrize("name", ["", " ", "n" * 81, "bell\x07"], ids=ascii)
def test_a_bad_name_is_not_saved(member, name):
    rename(member, name).expect(422).error("name")
    assert member.get(ACCOUNT).value("name") == member.name


@pytest.mark.needs("admin")
def test_the_address_and_role_cannot_be_smuggled_in(member):
    form = member.get(ACCOUNT).form(ACCOUNT)
    form.smuggle(email="x@example.com", role="admin", id="1").submit().expect(302)
    member.get(ACCOUNT).says(member.email)
    member.get("/admin/").expect(403)


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


@pytest.mark.needs("blog", "billing", "notifications")
def test_the_export_holds_everything_of_ones_own(pro):
    pro.publish("A public title", "Public *words*.")
    pro.draft("A secret title", "Secret words.")
    pro.notified(ON_PRO)
    data = export(pro)
    assert {*data} >= {"account", "posts", "subscription", "invoices", "notifications"}
    assert data["account"]["name"] == pro.name
    assert data["account"]["email"] == pro.email
    assert data["account"]["created_at"]
    posts = {post["title"]: post["body"] for post in data["posts"]}
    assert posts == {
        "A public title": "Public *words*.",
        "A secret title": "Secret words.",
    }
    assert data["subscription"]
    assert len(data["invoices"]) == 1
    assert any(ON_PRO in str(entry) for entry in data["notifications"])


def test_the_export_holds_no_secret(member):
    page = member.get(f"{ACCOUNT}/export").expect(200)
    page.hides("argon2").hides("password").hides("stamp")


@pytest.mark.needs("blog")
def test_the_export_holds_nothing_of_others(member, other):
    other.publish("Not for the export")
    page = member.get(f"{ACCOUNT}/export").expect(200)
    page.hides("Not for the export").hides(other.email)
    assert export(member)["posts"] == []


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


@pytest.mark.needs("blog")
def test_a_deleted_account_takes_its_posts_along(member, visitor):
    title = f"Soon gone {member.name}"
    post = member.publish(title)
    member.delete_account()
    visitor.eventually(post, lambda page: page.status == 404).expect(404)
    visitor.get("/blog/").hides(title)
    visitor.get("/blog/feed.atom").hides(title)


@pytest.mark.needs("blog", "billing", "notifications")
def test_the_address_of_a_deleted_account_may_register_again(pro):
    pro.publish("From the first life")
    pro.delete_account().expect(302)
    pro.register().expect(302)
    pro.confirm(pro.confirmation(count=2)).expect(302)
    pro.log_in().expect(302)
    assert pro.plan == "free"
    pro.get("/blog/mine").hides("From the first life")
    pro.get("/notifications/").hides(ON_PRO)


@pytest.mark.needs("billing", "dashboard")
def test_deleting_keeps_the_revenue(people, admin):
    before = admin.get("/dashboard/").metric("revenue")
    pro = people.pro()
    paid = admin.eventually(
        "/dashboard/", lambda page: page.metric("revenue") != before
    )
    revenue = paid.metric("revenue")
    pro.delete_account().expect(302)
    assert admin.get("/dashboard/").metric("revenue") == revenue


@pytest.mark.in_process
def test_the_only_admin_cannot_delete_themselves(elsewhere):
    admin = elsewhere().admin()
    admin.delete_account().expect(422).says("You are the only admin.")
    assert admin.is_logged_in()


@pytest.mark.needs("admin")
@pytest.mark.in_process
def test_an_admin_who_is_deactivated_is_no_other_admin(elsewhere):
    people = elsewhere()
    admin, member = people.admin(), people.member()
    admin.administer(member, "role", role="admin").expect(302)
    admin.administer(member, "deactivate").expect(302)
    admin.delete_account().expect(422).says("You are the only admin.")


@pytest.mark.needs("admin")
def test_another_admin_may_delete_themselves(member, admin):
    admin.administer(member, "role", role="admin").expect(302)
    member.delete_account().to("/")
