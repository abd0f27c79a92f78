"""The implementation of the published interface in ``api.py``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

import sqlalchemy as sa
from flask import url_for

from kernel import publish
from web.pagination import Page, paginate

from . import security_log
from .accounts import is_only_admin
from .api import Account
from .events import UserDeactivated
from .models import User, session
from .search import starts_with
from .sessions import find_user, revoke_access


def find(user_id: int) -> Account | None:
    """Return the account, or ``None`` if it was deleted."""
    user = session.get(User, user_id)
    return _account(user) if user else None


def find_by_session(session_id: str) -> Account | None:
    """Return the account of a login session, or ``None`` if the session has ended."""
    user = find_user(session_id)
    return _account(user) if user else None


def find_ids(emails: Iterable[str]) -> dict[str, int]:
    """Return the ids of the accounts with these normalized addresses, by address."""
    found = session.execute(
        sa.select(User.email, User.id).where(User.email.in_(list(emails)))
    )
    return {email: user_id for email, user_id in found}


def names_of(user_ids: Iterable[int]) -> dict[int, str]:
    """Return the names of the accounts with these ids, by id."""
    found = session.execute(
        sa.select(User.id, User.name).where(User.id.in_(list(user_ids)))
    )
    return {user_id: name for user_id, name in found}


def list_accounts(query: str = "", *, size: int = 50) -> Page[Account]:
    """Return the page of accounts that the request asks for, newest first."""
    statement = sa.select(User)
    if query.strip():
        statement = statement.where(starts_with(query))
    page = paginate(session, statement, User.created_at, User.id, size=size)
    return Page([_account(user) for user in page.items], page.next_cursor)


def deactivate(user_id: int) -> bool:
    """Disable login for a user and end their sessions; ``False`` for the only admin."""
    if is_only_admin(user_id):
        session.rollback()
        return False
    if user := session.get(User, user_id):
        user.active = False
        revoke_access(user)
        security_log.record("deactivated", user_id)
        publish(UserDeactivated(user_id=user_id))
    session.commit()
    return True


def activate(user_id: int) -> None:
    """Enable login for a user again."""
    session.execute(sa.update(User).where(User.id == user_id).values(active=True))
    security_log.record("activated", user_id)
    session.commit()


def set_role(user_id: int, role: str) -> bool:
    """Give a user one of the ``ROLES``; ``False`` to keep the only admin."""
    if role != "admin" and is_only_admin(user_id):
        session.rollback()
        return False
    session.execute(sa.update(User).where(User.id == user_id).values(role=role))
    security_log.record(f"role set to {role}", user_id)
    session.commit()
    return True


def count_accounts() -> int:
    """Return the number of accounts."""
    return session.scalar(sa.select(sa.func.count()).select_from(User)) or 0


def count_members() -> int:
    """Return the number of users who have confirmed their address."""
    return session.scalar(sa.select(sa.func.count(User.confirmed_at))) or 0


def count_admins() -> int:
    """Return the number of admins."""
    admins = sa.select(sa.func.count()).select_from(User).where(User.role == "admin")
    return session.scalar(admins) or 0


def signups_by_day(since: date) -> dict[date, int]:
    """Return the number of new members per day (UTC) from ``since`` on."""
    day = sa.func.date(User.confirmed_at, type_=sa.Date)
    start = datetime(since.year, since.month, since.day, tzinfo=UTC)
    rows = session.execute(
        sa.select(day, sa.func.count()).where(User.confirmed_at >= start).group_by(day)
    )
    return {joined_on: count for joined_on, count in rows}


def register_url() -> str:
    """Return the path of the sign-up page."""
    return url_for("auth.register")


def _account(user: User) -> Account:
    return Account(
        id=user.id,
        name=user.name,
        email=user.email,
        role=user.role,
        active=user.active,
        confirmed=user.confirmed_at is not None,
        joined_at=user.created_at,
    )
