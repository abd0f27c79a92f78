import pytest

from helpers import mail_notification
from models import Notification, User, db


@pytest.fixture
def notification(member, user_named):
    """Return an unread notification for Ada."""
    user = user_named("ada@example.com")
    notification = Notification(user=user, text="Look", link="/billing/")
    db.session.add(notification)
    db.session.commit()
    return notification


def test_read_one(member, notification):
    assert "data-unread" in member.get("/notifications/").text
    page = member.post(f"/notifications/{notification.id}/read")
    assert page.location == "/billing/"
    assert "data-unread" not in member.get("/notifications/").text


def test_read_all(member, notification):
    assert member.post("/notifications/read").location == "/notifications/"
    assert "data-unread" not in member.get("/notifications/").text


def test_notifications_of_other_users_are_private(notification, log_in):
    bob = log_in("bob@example.com")
    assert "Look" not in bob.get("/notifications/").text
    assert bob.post(f"/notifications/{notification.id}/read").status_code == 404


def test_preferences_disable_notification_mails(member, user_named, outbox):
    assert "checked" in member.get("/notifications/preferences").text
    member.post("/notifications/preferences", data={"csrf_token": "off in tests"})
    assert "checked" not in member.get("/notifications/preferences").text
    user = user_named("ada@example.com")
    mail_notification(user, "Your payment failed", "mail_payment_failed.txt", link="x")
    assert outbox() == []


def test_a_notification_works_without_a_mail_server(member, monkeypatch, caplog):
    def refuse(self, fail_silently=False):
        raise ConnectionRefusedError

    monkeypatch.setattr("helpers.EmailMessage.send", refuse)
    user = db.session.query(User).one()
    mail_notification(user, "Your payment failed", "mail_payment_failed.txt", link="x")
    assert "A notification was not mailed" in caplog.text
