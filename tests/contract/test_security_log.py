"""The security log in the admin panel, and the mails about changes of an account."""

from __future__ import annotations

import pytest

from .test_account import NEW_PASSWORD, change_password

LOG = "/admin/data/security_events/"
CHANGED = "Your password was changed"

pytestmark = pytest.mark.needs("admin")


def logged(admin, kind):
    """Return the page of the log with the entries of one kind."""
    return admin.get(LOG, params={"kind": kind}).expect(200)


def entries(page):
    return len(page.items)


@pytest.fixture
def crew(elsewhere):
    """Return the people of a new site, and its admin."""
    people = elsewhere()
    return people, people.admin()


@pytest.mark.in_process
def test_what_happens_to_an_account_is_logged(crew):
    people, admin = crew
    person = people.member()
    people.again(person).log_in(password="not the password").expect(422)
    people.stranger().log_in(password="not the password").expect(422)
    assert entries(logged(admin, "failed login")) == 2
    person.get("/auth/account/export").expect(200)
    assert entries(logged(admin, "data exported")) == 1
    admin.administer(person, "role", role="admin").expect(302)
    admin.administer(person, "role", role="member").expect(302)
    assert entries(logged(admin, "role set to admin")) == 1
    assert entries(logged(admin, "role set to member")) == 1
    admin.administer(person, "deactivate").expect(302)
    assert entries(logged(admin, "deactivated")) == 1
    admin.administer(person, "activate").expect(302)
    assert entries(logged(admin, "activated")) == 1
    person.log_in().expect(302)
    person.delete_account().expect(302)
    page = logged(admin, "account deleted")
    assert entries(page) == 1
    page.hides(person.email)


@pytest.mark.in_process
def test_old_entries_are_deleted(crew, later):
    people, admin = crew
    people.stranger().log_in(password="not the password").expect(422)
    assert entries(logged(admin, "failed login")) == 1
    with later(days=181):
        admin.log_in().expect(302)
        assert entries(logged(admin, "failed login")) == 0


def test_the_log_is_for_admins(visitor, member):
    visitor.get(LOG).asks_to_log_in()
    member.get(LOG).expect(403)


def test_a_change_of_the_password_is_mailed(member):
    change_password(member, member.password, NEW_PASSWORD).expect(302)
    mail = member.mailbox.wait(member.email, CHANGED)
    mail.link("/auth/reset")


def test_a_reset_of_the_password_is_mailed(people):
    person = people.confirmed()
    person.ask_for_reset()
    person.reset(person.reset_link(), NEW_PASSWORD).expect(302)
    person.mailbox.wait(person.email, CHANGED)
