"""A person's inbox: what comes in, and whether it also comes by mail."""

import sqlalchemy as sa

from kernel import utcnow
from modules.auth import api as auth
from web.mail import send_mail

from .models import Notification, Preference, session


def notify(user_id: int, text: str, link: str | None = None) -> None:
    """Put a notification into somebody's inbox; the caller commits.

    :param link: the path of the page that it is about, if there is one.
    """
    session.add(Notification(user_id=user_id, text=text, link=link))


def mail(user_id: int, subject: str, template: str, **context: object) -> None:
    """Send somebody a notification by mail, if they want such mails.

    :param template: the template of the body; it gets ``person`` and ``context``.
    """
    person = auth.find(user_id)
    if person and wants_mail(user_id):
        send_mail(person.email, subject, template, person=person, **context)


def mark_read(notification: Notification) -> None:
    """Note that a notification was read, unless it was before."""
    notification.read_at = notification.read_at or utcnow()
    session.commit()


def mark_all_read(user_id: int) -> None:
    """Note that everything in an inbox was read."""
    unread = (Notification.user_id == user_id) & Notification.read_at.is_(None)
    session.execute(sa.update(Notification).where(unread).values(read_at=utcnow()))
    session.commit()


def wants_mail(user_id: int) -> bool:
    """Return whether somebody wants notifications by mail, too; the default is yes."""
    preference = session.get(Preference, user_id)
    return preference is None or preference.email


def set_wants_mail(user_id: int, email: bool) -> None:
    """Remember whether somebody wants notifications by mail, too."""
    session.merge(Preference(user_id=user_id, email=email))
    session.commit()


def forget(user_id: int) -> None:
    """Delete an inbox with everything in it; the caller commits."""
    for model in (Notification, Preference):
        session.execute(sa.delete(model).where(model.user_id == user_id))
