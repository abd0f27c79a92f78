"""The notifications of a user, and the setting for notifications by email."""

import sqlalchemy as sa

from kernel import utcnow
from modules.auth import api as auth
from web.mail import send_mail

from .models import Notification, Preference, session


def notify(user_id: int, text: str, link: str | None = None) -> None:
    """Add a notification for a user. The caller commits.

    :param link: the path of the page that the notification is about.
    """
    session.add(Notification(user_id=user_id, text=text, link=link))


def mail(user_id: int, subject: str, template: str, **context: object) -> None:
    """Send a notification by email, unless the user has turned that off.

    :param template: the template of the body; its variables are ``user`` and
        ``context``.
    """
    user = auth.find(user_id)
    if user and wants_mail(user_id):
        send_mail(user.email, subject, template, user=user, **context)


def mark_read(notification: Notification) -> None:
    """Mark a notification as read."""
    notification.read_at = notification.read_at or utcnow()
    session.commit()


def mark_all_read(user_id: int) -> None:
    """Mark all notifications of a user as read."""
    unread = (Notification.user_id == user_id) & Notification.read_at.is_(None)
    session.execute(sa.update(Notification).where(unread).values(read_at=utcnow()))
    session.commit()


def wants_mail(user_id: int) -> bool:
    """Return whether a user receives notifications by email, which is the default."""
    preference = session.get(Preference, user_id)
    return preference is None or preference.email


def set_wants_mail(user_id: int, email: bool) -> None:
    """Set whether a user receives notifications by email."""
    session.merge(Preference(user_id=user_id, email=email))
    session.commit()


def delete_all_of(user_id: int) -> None:
    """Delete the notifications and the setting of a user. The caller commits."""
    for model in (Notification, Preference):
        session.execute(sa.delete(model).where(model.user_id == user_id))
