"""The address of the site: links lead there, and requests for others are refused."""

from __future__ import annotations

import pytest

from .texts import CONFIRM_SUBJECT

pytestmark = pytest.mark.in_process

FOREIGN = ["evil.example", "app.example.evil.example", "127.0.0.1:8000", "a b"]


@pytest.mark.parametrize("host", FOREIGN)
def test_another_host_is_refused(production, host):
    person = production().confirmed()
    headers = {"host": host}
    person.get("/", headers=headers).expect(400)
    person.get("/auth/reset", headers=headers).expect(400)
    person.get("/static/app.css", headers=headers).expect(400)
    fields = {"csrf_token": person.token(), "email": person.email}
    person.post("/auth/reset", fields, headers=headers).expect(400)
    subjects = [mail.subject for mail in person.mailbox.settled(person.email, 1)]
    assert subjects == [CONFIRM_SUBJECT]


def test_links_in_mails_lead_to_the_site(production):
    person = production().registered()
    mail = person.mailbox.wait(person.email, CONFIRM_SUBJECT)
    assert "https://app.example/auth/confirm/" in mail.text


def test_the_port_and_case_of_the_host_do_not_matter(production):
    visitor = production().stranger()
    for host in ("app.example:443", "APP.example"):
        visitor.get("/", headers={"host": host}).expect(200)
