"""`flask create-admin`: who becomes an admin, and with which password."""

from __future__ import annotations

import pytest

from .texts import BAD_LOGIN

pytestmark = [pytest.mark.in_process, pytest.mark.needs("admin")]

ADMINS_PASSWORD = "the operator's long password"


def create_admin(people, email, password=ADMINS_PASSWORD):
    return people.site.flask("create-admin", email, "--password", password)


def test_an_unconfirmed_account_loses_the_password_it_was_registered_with(elsewhere):
    people = elsewhere()
    person = people.registered()
    output = create_admin(people, person.email)
    assert "not confirmed" in output
    assert "password" in output
    person.log_in().expect(422).form_error(BAD_LOGIN)
    person.log_in(password=ADMINS_PASSWORD).expect(302)
    person.get("/admin/").expect(200)


def test_links_of_an_unconfirmed_account_are_dead(elsewhere):
    people = elsewhere()
    person = people.registered()
    person.ask_for_reset()
    confirm, reset = person.confirmation(), person.reset_link()
    create_admin(people, person.email)
    for link in (confirm, reset):
        person.get(link).expect(400)


def test_a_confirmed_account_keeps_its_password(elsewhere):
    people = elsewhere()
    person = people.confirmed()
    assert "password unchanged" in create_admin(people, person.email)
    person.log_in(password=ADMINS_PASSWORD).expect(422)
    person.log_in().expect(302)
    person.get("/admin/").expect(200)


def test_a_weak_password_is_refused(elsewhere):
    people = elsewhere()
    person = people.registered()
    for password in ("short", "p" * 129):
        with pytest.raises(AssertionError, match="10 to 128 characters"):
            create_admin(people, person.email, password)
    person.confirm()
    person.log_in().expect(302)
    person.get("/admin/").expect(403)
