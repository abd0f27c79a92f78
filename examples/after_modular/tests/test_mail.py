"""A mail that the server does not take answers 503, and says so."""

from html import unescape
from typing import NoReturn

import pytest
from flask import Flask, g
from flask_mailman import EmailMessage

from web.mail import MailNotSent, send_mail


def test_mail_server_that_does_not_answer(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("web.mail.EmailMessage.send", refuse)
    monkeypatch.setattr("web.mail.render_template", lambda name, **context: "text")
    with pytest.raises(MailNotSent) as caught:
        send_mail("ada@example.com", "Hello", "hello.txt")
    assert caught.value.code == 503


def test_page_says_so(app: Flask) -> None:
    @app.get("/mail")
    def mail() -> NoReturn:
        raise MailNotSent

    page = app.test_client().get("/mail")
    assert page.status_code == 503
    assert "We couldn't send the email" in unescape(page.text)


def test_a_second_try_is_the_same_mail(
    app: Flask, mailbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.mail.render_template", lambda name, **context: "text")
    with app.app_context():
        for key, to in [("1", "ada"), ("1", "ada"), ("1", "bob"), ("2", "ada")]:
            g.idempotency_key = key
            send_mail(f"{to}@example.com", "Hello", "hello.txt")
        names = [sent.message()["Message-ID"] for sent in mailbox]
    assert names[0] == names[1]
    assert len(set(names)) == 3
    assert all(name.endswith("@example.com>") for name in names)


def test_outside_of_a_listener_each_mail_is_another(
    app: Flask, mailbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.mail.render_template", lambda name, **context: "text")
    with app.app_context():
        for _ in range(2):
            send_mail("ada@example.com", "Hello", "hello.txt")
        first, second = (sent.message()["Message-ID"] for sent in mailbox)
    assert first != second
