"""What a plan allows, how often one may try, and how much one may send."""

from __future__ import annotations

import pytest

from .apps import START
from .people import ask_for_mail

LIMIT = "The Free plan allows 3 published posts. Upgrade to publish more."


def try_passwords(person, times=5):
    for _ in range(times):
        person.log_in(password="not the password").expect(422)


def test_too_many_wrong_passwords_close_the_door(people):
    person = people.confirmed()
    try_passwords(person)
    page = person.log_in(password="not the password").expect(429)
    assert 0 < int(page.headers["retry-after"]) <= 60


def test_the_right_password_has_to_wait_too(people):
    person = people.confirmed()
    try_passwords(person)
    person.log_in().expect(429)
    assert not person.is_logged_in()


def test_an_unknown_address_is_throttled_alike(visitor):
    try_passwords(visitor)
    visitor.log_in().expect(429)


def test_another_spelling_of_the_address_is_the_same_door(people):
    person = people.confirmed()
    for email in (person.email.upper(), person.email, f" {person.email}"):
        person.log_in(email=email, password="not the password").expect(422)
    try_passwords(person, 2)
    person.log_in(email=person.email.title()).expect(429)


def test_spaces_around_the_address_are_the_same_door(people):
    person = people.confirmed()
    for spaces in (" " * 300, " \t " * 100, "\u00a0" * 300, "\n" * 300, ""):
        email = f"{spaces}{person.email}{spaces}"
        form = person.get("/auth/login").form("/auth/login")
        form.fill(email=email, password="not the password").submit().expect(422)
    person.log_in(email=" " * 300 + person.email).expect(429)


@pytest.mark.parametrize("email", [" ", " " * 300, "\u00a0"], ids=ascii)
def test_an_address_of_spaces_is_refused(visitor, email):
    visitor.log_in(email=email).expect(422).error("email")


def test_a_json_body_does_not_log_in(people):
    person = people.confirmed()
    send_json(person, "/auth/login", email=person.email, password=person.password)
    assert not person.is_logged_in()


@pytest.mark.parametrize("path", ["/auth/reset", "/auth/confirm"])
def test_a_json_body_asks_for_no_mail(people, path):
    person = people.registered()
    before = len(person.mailbox.settled(person.email, 1))
    send_json(person, path, email=person.email)
    assert len(person.mailbox.settled(person.email)) == before


def test_a_json_body_registers_nobody(visitor):
    fields = {"name": visitor.name, "password": visitor.password}
    send_json(visitor, "/auth/register", email=visitor.email, **fields)
    assert not visitor.mailbox.settled(visitor.email)


def send_json(person, path, **values):
    """Send a form's values as JSON, which no limit counts; expect it refused."""
    headers = {"X-CSRFToken": person.token()}
    person.send("POST", path, json=values, headers=headers).expect(422)


def test_another_browser_is_throttled_alike(people):
    person = people.confirmed()
    try_passwords(person)
    people.again(person).log_in().expect(429)


def test_another_account_is_not_throttled(people):
    person, neighbour = people.confirmed(), people.confirmed()
    try_passwords(person)
    person.log_in(email=neighbour.email, password=neighbour.password).expect(302)


def test_right_passwords_are_not_counted(people):
    person = people.confirmed()
    for _ in range(6):
        person.log_in().to(START)
        person.log_out()


@pytest.mark.in_process
def test_the_door_opens_again_after_a_minute(people, later):
    person = people.confirmed()
    try_passwords(person)
    person.log_in().expect(429)
    with later(seconds=62):
        person.log_in().to(START)


@pytest.mark.in_process
def test_one_client_address_cannot_try_many_accounts(elsewhere):
    people = elsewhere(LOGIN_IP_LIMIT="3 per minute")
    member = people.confirmed()
    attacker = people.stranger(address="192.0.2.1")
    for number in range(3):
        attacker.log_in(email=f"guess{number}@example.com").expect(422)
    page = attacker.log_in(email="guess4@example.com").expect(429)
    assert int(page.headers["retry-after"]) > 0
    member.log_in().to(START)


@pytest.mark.parametrize("path", ["/auth/reset", "/auth/confirm"])
def test_mails_to_one_address_are_limited(visitor, path):
    for _ in range(5):
        ask_for_mail(visitor, path, visitor.email).to("/auth/login")
    page = ask_for_mail(visitor, path, visitor.email.upper()).expect(429)
    assert int(page.headers["retry-after"]) > 0


def test_a_known_address_is_limited_alike(people):
    person = people.confirmed()
    answers = [person.ask_for_reset().status for _ in range(6)]
    assert answers[-1] == 429, f"expected the sixth to be refused, got {answers}"
    assert len(person.mailbox.settled(person.email)) <= 6


def test_mails_to_another_address_are_not_limited(people, visitor):
    for _ in range(6):
        visitor.ask_for_reset()
    people.stranger().ask_for_reset().to("/auth/login")


@pytest.mark.in_process
def test_mails_can_be_asked_for_again_after_an_hour(visitor, later):
    for _ in range(6):
        visitor.ask_for_reset()
    with later(minutes=61):
        visitor.ask_for_reset().to("/auth/login")
