"""A mail that the server does not take answers 503, and says so."""

import pytest
from flask import Flask

from core.mail import MailNotSent, send_mail


def test_mail_server_that_does_not_answer(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("core.mail.EmailMessage.send", refuse)
    monkeypatch.setattr("core.mail.render_template", lambda name, **context: "text")
    with pytest.raises(MailNotSent) as caught:
        send_mail("ada@example.com", "Hello", "hello.txt")
    assert caught.value.code == 503


def test_page_says_so(app: Flask) -> None:
    @app.get("/mail")
    def mail() -> None:
        raise MailNotSent

    page = app.test_client().get("/mail")
    assert page.status_code == 503
    assert "We could not send the mail." in page.text
