"""What other modules may ask about people, and do to them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

import sqlalchemy as sa
from flask import url_for

from kernel.events import publish
from kernel.interfaces import anywhere
from web.pagination import Page, paginate

from .access import admin_required
from .events import UserDeactivated
from .models import User, new_stamp, session
from .search import starts_with
from .sessions import find_user
from .values import ROLES, Person

__all__ = [
    "ROLES",
    "Person",
    "activate",
    "admin_required",
    "count_admins",
    "count_members",
    "count_people",
    "deactivate",
    "find",
    "find_by_session",
    "find_ids",
    "list_people",
    "register_url",
    "set_role",
    "signups_by_day",
]


def find(user_id: int) -> Person | None:
    """Return the person, or ``None`` if the account is gone."""
    user = session.get(User, user_id)
    return _person(user) if user else None


def find_by_session(session_id: str) -> Person | None:
    """Return whose log-in session it is, or ``None`` if it has ended."""
    user = find_user(session_id)
    return _person(user) if user else None


def find_ids(emails: Iterable[str]) -> dict[str, int]:
    """Return the ids of the people with these normalised addresses, by address."""
    found = session.execute(
        sa.select(User.email, User.id).where(User.email.in_(list(emails)))
    )
    return {email: user_id for email, user_id in found}


def list_people(query: str = "", *, size: int = 50) -> Page[Person]:
    """Return the page of people that the request asks for, newest first.

    :param query: how the e-mail or the name starts, in any case; everybody if empty.
    :param size: how many people make a page.
    """
    statement = sa.select(User)
    if query.strip():
        statement = statement.where(starts_with(query))
    page = paginate(session, statement, User.created_at, User.id, size=size)
    return Page([_person(user) for user in page.items], page.next_cursor)


def deactivate(user_id: int) -> None:
    """Lock somebody out: no more log-in, and their sessions end at once."""
    user = session.get_one(User, user_id)
    user.active = False
    user.security_stamp = new_stamp()
    publish(UserDeactivated(user_id=user_id))
    session.commit()


def activate(user_id: int) -> None:
    """Let somebody in again."""
    session.get_one(User, user_id).active = True
    session.commit()


def set_role(user_id: int, role: str) -> None:
    """Give somebody one of the ``ROLES``."""
    session.get_one(User, user_id).role = role
    session.commit()


def count_people() -> int:
    """Return how many accounts there are."""
    return session.scalar(sa.select(sa.func.count()).select_from(User)) or 0


def count_members() -> int:
    """Return how many people have confirmed their address."""
    return session.scalar(sa.select(sa.func.count(User.confirmed_at))) or 0


def count_admins() -> int:
    """Return how many admins there are."""
    admins = sa.select(sa.func.count()).select_from(User).where(User.role == "admin")
    return session.scalar(admins) or 0


def signups_by_day(since: date) -> dict[date, int]:
    """Return how many people became members on each day from ``since`` on, in UTC.

    Days without any are left out.
    """
    day = sa.func.date(User.confirmed_at, type_=sa.Date)
    start = datetime(since.year, since.month, since.day, tzinfo=UTC)
    rows = session.execute(
        sa.select(day, sa.func.count()).where(User.confirmed_at >= start).group_by(day)
    )
    return {joined_on: count for joined_on, count in rows}


@anywhere
def register_url() -> str:
    """Return the path of the page where strangers open an account."""
    return url_for("auth.register")


def _person(user: User) -> Person:
    return Person(
        id=user.id,
        name=user.name,
        email=user.email,
        role=user.role,
        active=user.active,
        confirmed=user.confirmed_at is not None,
        joined_at=user.created_at,
    )
