"""How much one client may ask for, whatever addresses it types."""

from __future__ import annotations

import pytest

from .people import ask_for_mail

pytestmark = pytest.mark.in_process


def visitors(people, *addresses):
    return [people.stranger(address=address) for address in addresses]


@pytest.mark.parametrize("path", ["/auth/reset", "/auth/confirm"])
def test_mails(elsewhere, path):
    people = elsewhere(MAIL_IP_LIMIT="3 per hour")
    client, other = visitors(people, "192.0.2.1", "192.0.2.2")
    for number in range(3):
        ask_for_mail(client, path, f"one{number}@example.com").expect(302)
    page = ask_for_mail(client, path, "four@example.com").expect(429)
    assert int(page.headers["retry-after"]) > 0
    ask_for_mail(other, path, "four@example.com").expect(302)


def test_registrations(elsewhere):
    people = elsewhere(MAIL_IP_LIMIT="3 per hour")
    client, other = visitors(people, "192.0.2.1", "192.0.2.2")
    for number in range(3):
        client.register(email=f"one{number}@example.com").expect(302)
    client.register(email="four@example.com").expect(429)
    other.register(email="four@example.com").expect(302)


def test_addresses_of_one_ipv6_network_are_one_client(elsewhere):
    people = elsewhere(MAIL_IP_LIMIT="2 per hour", LOGIN_IP_LIMIT="2 per hour")
    same = visitors(people, *(f"2001:db8:1:2::{n}" for n in range(1, 4)))
    (other,) = visitors(people, "2001:db8:1:3::1")
    for client in same[:2]:
        client.ask_for_reset().expect(302)
        client.log_in().expect(422)
    same[2].ask_for_reset().expect(429)
    same[2].log_in().expect(429)
    other.ask_for_reset().expect(302)
    other.log_in().expect(422)


def test_guesses_of_the_current_password(elsewhere):
    people = elsewhere()
    for path in ("/auth/account/password", "/auth/account/delete"):
        member = people.member()
        values = {"password": "not the password", "current": "not the password"}
        for _ in range(5):
            member.forge(path, **values).expect(422)
        member.forge(path, **values).expect(429)
        assert member.is_logged_in()
