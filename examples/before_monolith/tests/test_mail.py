import socket
from html import unescape

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from app import app
from models import User, db

NEW = {"name": "Ada", "email": "ada@example.com", "password": "correct horse battery"}


class Inbox(Message):
    """A mail handler that stores received messages."""

    def __init__(self):
        super().__init__()
        self.messages = []

    def handle_message(self, message):
        self.messages.append(message)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def smtp(monkeypatch):
    """Configure the app to send mail by SMTP; return the port of the server."""
    port = free_port()
    mailman = app.extensions["mailman"]
    monkeypatch.setattr(mailman, "backend", "smtp")
    monkeypatch.setattr(mailman, "server", "127.0.0.1")
    monkeypatch.setattr(mailman, "port", port)
    return port


def test_a_mail_is_delivered_by_smtp(client, smtp):
    inbox = Inbox()
    server = Controller(inbox, hostname="127.0.0.1", port=smtp)
    server.start()
    try:
        page = client.post("/auth/register", data=NEW)
    finally:
        server.stop()
    assert page.status_code == 302
    (message,) = inbox.messages
    assert message["Subject"] == "Confirm your email address"
    assert message["To"] == "ada@example.com"
    assert message["From"] == "Inkwell <hello@example.com>"
    assert "/auth/confirm/" in message.get_payload()


def test_the_mail_server_is_down(client, smtp):
    page = client.post("/auth/register", data=NEW)
    assert page.status_code == 503
    assert "We couldn't send the email" in unescape(page.text)
    # The account exists; the user can request a new link when the server is back.
    assert db.session.query(User).one().confirmed_at is None


def test_links_start_with_the_base_url(client, outbox, monkeypatch):
    monkeypatch.setitem(app.config, "BASE_URL", "https://inkwell.example")
    client.post("/auth/register", data=NEW, base_url="https://inkwell.example")
    assert "https://inkwell.example/auth/confirm/" in outbox()[0].body
