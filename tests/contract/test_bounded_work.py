"""What one request may cost: time, memory, and waiting for a mail server."""

from __future__ import annotations

import time

import pytest
from flask_mailman import EmailMessage  # type: ignore[import-untyped]

from .people import ask_for_mail

pytestmark = [pytest.mark.needs("billing", "blog"), pytest.mark.in_process]

LONG = 20_000
TEXTS = {
    "brackets": "[" * LONG,
    "images": "![" * (LONG // 2),
    "references": f"[a]: /{'u' * 9_900}\n\n" + "[a]" * 3_000,
    "few references": f"[a]: /{'u' * 18_000}\n\n" + "[a]" * 500,
    "a table": "|a" * 100 + "\n" + "|-" * 100 + "\n" + "|\n" * 9_000,
}


@pytest.mark.needs("blog")
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_that_takes_long_is_refused(member, text):
    started = time.perf_counter()
    page = member.write(body=text[:LONG]).expect(422).error("body")
    assert time.perf_counter() - started < 2
    assert len(page.text) < 200_000


@pytest.mark.needs("blog")
def test_the_feed_is_bounded(elsewhere):
    people = elsewhere()
    author = people.member()
    author.go_pro()
    for _ in range(20):
        author.publish(body='"' * 19_000)
    page = people.stranger().get("/blog/feed.atom").expect(200)
    assert len(page.text) < 1_000_000


@pytest.mark.parametrize("path", ["/auth/reset", "/auth/confirm"])
def test_no_page_waits_for_the_mail_server(elsewhere, monkeypatch, path):
    people = elsewhere(EVENTS_ENGINE="thread")
    person = people.registered()
    person.confirmation()
    send = EmailMessage.send

    def send_slowly(self, *args, **options):
        time.sleep(1.5)
        return send(self, *args, **options)

    monkeypatch.setattr(EmailMessage, "send", send_slowly)
    browser = people.stranger()
    page = browser.get(path)
    started = time.perf_counter()
    page.form(path).fill(email=person.email).submit().expect(302)
    assert time.perf_counter() - started < 1
    people.mailbox.wait(person.email, "Reset" if path == "/auth/reset" else "Confirm")
    assert ask_for_mail(browser, path, "unknown@example.com").status == 302
