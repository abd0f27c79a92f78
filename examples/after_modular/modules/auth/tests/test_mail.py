"""The confirmation mail, as a mail server gets it."""

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask
from flask.testing import FlaskClient

from kernel import current_kernel


class Inbox:
    """Takes every mail, as aiosmtpd hands it over."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    async def handle_DATA(
        self, server: SMTP, smtp_session: Session, envelope: Envelope
    ) -> str:
        self.envelopes.append(envelope)
        return "250 OK"


@pytest.fixture
def inbox(app: Flask) -> Iterator[Inbox]:
    """Run a mail server, and make the app use it."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        host, port = probe.getsockname()
    inbox = Inbox()
    controller = Controller(inbox, hostname=host, port=port)
    controller.start()
    mailman = app.extensions["mailman"]
    mailman.backend, mailman.server, mailman.port = "smtp", host, port
    yield inbox
    controller.stop()


def test_the_confirmation_mail_is_sent_by_smtp(
    app: Flask, client: FlaskClient, inbox: Inbox
) -> None:
    data = {
        "name": "Zoë",
        "email": "zoe@example.com",
        "password": "a quiet long password",
    }
    assert client.post("/auth/register", data=data).status_code == 302
    (envelope,) = inbox.envelopes
    assert envelope.rcpt_tos == ["zoe@example.com"]
    assert isinstance(envelope.content, bytes)
    message = message_from_bytes(envelope.content, policy=policy.default)
    assert message["Subject"] == "Confirm your email address"
    assert message["From"] == app.config["MAIL_DEFAULT_SENDER"]
    text = message.get_content()
    assert text.startswith("Hello,")
    assert "http://localhost/auth/confirm/" in text


def test_no_page_waits_for_the_mail_server(app: Flask, client: FlaskClient) -> None:
    app.config["EVENTS_RAISE"] = False  # as in production
    app.extensions["mailman"].backend = "smtp"
    app.extensions["mailman"].port = 1  # nobody is there
    data = {
        "name": "Zoë",
        "email": "zoe@example.com",
        "password": "a quiet long password",
    }
    assert client.post("/auth/register", data=data).status_code == 302
    assert client.post("/auth/reset", data={"email": data["email"]}).status_code == 302
    log = current_kernel.delivery_log
    assert log is None or log.counts()["PENDING"] == 2
