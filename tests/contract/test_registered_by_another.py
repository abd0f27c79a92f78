"""Somebody registers the address of another person, who then confirms it."""

from __future__ import annotations

from .texts import BAD_LOGIN, CONFIRM_SUBJECT, UNCONFIRMED

NEW_PASSWORD = "the owner's own long password"


def registered_by_another(people):
    """Return who registered the address, and its owner, in another browser."""
    attacker = people.registered()
    return attacker, people.again(attacker)


def confirm_with(owner, password):
    path = owner.confirmation()
    page = owner.get(path).expect(200).heading(CONFIRM_SUBJECT)
    return page.form(path).fill(password=password).submit()


def test_the_owner_chooses_the_password(people):
    attacker, owner = registered_by_another(people)
    confirm_with(owner, NEW_PASSWORD).to("/auth/login")
    owner.log_in(password=NEW_PASSWORD).expect(302)
    attacker.log_in().expect(422).form_error(BAD_LOGIN)


def test_the_owner_cannot_confirm_without_a_password(people):
    attacker, owner = registered_by_another(people)
    path = owner.confirmation()
    confirm_with(owner, "").expect(422).error("password")
    confirm_with(owner, "short").expect(422).error("password")
    token = owner.token()
    owner.post(path, {"csrf_token": token}).expect(422)
    attacker.log_in().expect(422).form_error(UNCONFIRMED)


def test_registering_as_well_keeps_no_password_of_the_other(people):
    attacker, owner = registered_by_another(people)
    owner.register(password=NEW_PASSWORD).expect(302)
    confirm_with(owner, NEW_PASSWORD).to("/auth/login")
    attacker.log_in().expect(422).form_error(BAD_LOGIN)
    owner.log_in(password=NEW_PASSWORD).expect(302)


def test_the_browser_that_registered_confirms_with_one_click(people):
    person = people.registered()
    person.confirm().to("/auth/login")
    person.log_in().expect(302)


def test_mails_to_an_unconfirmed_address_hold_no_text_of_whoever_registered(people):
    text = "Win a prize at www.evil.example"
    person = people.stranger()
    person.name = text
    person.register().expect(302)
    people.again(person).register().expect(302)
    person.ask_for_reset()
    mails = person.mailbox.settled(person.email, 3)
    assert len(mails) == 3
    for mail in mails:
        assert "evil.example" not in mail.text + mail.subject
