"""What can happen to an account, whoever asks for it: a page, a command, a test."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from kernel import publish, utcnow

from . import security_log
from .addresses import comparable_address
from .events import (
    AddressRegisteredAgain,
    ConfirmationRequested,
    PasswordChanged,
    PasswordResetRequested,
    UserConfirmed,
    UserDeleted,
    UserRegistered,
    UserRenamed,
)
from .models import User, session
from .passwords import hash_password, is_outdated, is_password
from .sessions import revoke_access


def find_by_email(email: str) -> User | None:
    """Return who has the address, however it is typed."""
    address = comparable_address(email)
    if "\0" in address:  # PostgreSQL refuses to be asked for one
        return None
    return session.scalar(sa.select(User).where(User.email == address))


def create(name: str, email: str, password: str) -> User | None:
    """Add an account, or return ``None`` if the address has one. The caller commits."""
    user = User(name=name, email=email, password_hash=hash_password(password))
    session.add(user)
    try:
        session.flush()
    except IntegrityError:
        session.rollback()
        return None
    publish(UserRegistered(user_id=user.id, name=user.name, email=user.email))
    return user


def register(name: str, email: str, password: str) -> User | None:
    """Add an account and mail its confirmation link; ``None`` if the address has one.

    One commit: there is no account whose link was never requested.
    """
    if user := create(name, email, password):
        publish(ConfirmationRequested(user_id=user.id))
        session.commit()
    return user


def request_confirmation(user: User) -> None:
    """Have the link that proves the address mailed."""
    publish(ConfirmationRequested(user_id=user.id))
    session.commit()


def report_second_registration(user: User) -> None:
    """Have the person told that somebody tried to register with their address."""
    publish(AddressRegisteredAgain(user_id=user.id))
    session.commit()


def request_reset(user: User) -> None:
    """Have the link to choose a new password mailed."""
    publish(PasswordResetRequested(user_id=user.id))
    session.commit()


def confirm(user: User, password: str | None = None) -> bool:
    """Confirm the address, and set the password if one is given.

    Return ``False`` if a parallel request was faster.
    """
    password_hash = user.password_hash if password is None else hash_password(password)
    if not revoke_access(user):
        session.rollback()
        return False
    user.password_hash = password_hash
    user.confirmed_at = utcnow()
    security_log.record("address confirmed", user.id)
    publish(
        UserConfirmed(
            user_id=user.id,
            name=user.name,
            email=user.email,
            confirmed_at=user.confirmed_at,
        )
    )
    session.commit()
    return True


def check_password(user: User | None, password: str) -> bool:
    """Return whether this is the password of ``user``; ``None`` has no password.

    A hash made with outdated parameters is made anew: only now is the password known.
    """
    if not is_password(password, user and user.password_hash):
        return False
    if user and is_outdated(user.password_hash):
        user.password_hash = hash_password(password)
        session.commit()
    return True


def change_password(user: User, password: str) -> bool:
    """Set a password, end all sessions and invalidate all links in mails.

    Return ``False`` if a parallel request was faster.
    """
    password_hash = hash_password(password)
    if not revoke_access(user):
        session.rollback()
        return False
    user.password_hash = password_hash
    security_log.record("password changed", user.id)
    publish(PasswordChanged(user_id=user.id))
    session.commit()
    return True


def rename(user: User, name: str) -> None:
    """Give the person another name."""
    user.name = name
    publish(UserRenamed(user_id=user.id, name=name))
    session.commit()


def is_only_admin(user_id: int) -> bool:
    """Return whether the site would have no active admin without this user.

    The admins stay locked until the commit, so that two of them can't remove each
    other: an update that changes nothing locks the rows on PostgreSQL, and the
    database on SQLite.
    """
    admins = session.execute(
        sa.update(User)
        .where(User.role == "admin")
        .values(role=User.role)
        .returning(User.id, User.active)
        .execution_options(synchronize_session=False)
    )
    return {admin.id for admin in admins if admin.active} == {user_id}


def delete(user: User) -> bool:
    """Delete the account; other modules delete their data on the event.

    Return ``False`` and delete nothing if it is the only admin.
    """
    if is_only_admin(user.id):
        session.rollback()
        return False
    deleted = session.execute(
        sa.delete(User).where(User.id == user.id).returning(User.id, User.confirmed_at)
    ).first()
    if deleted:  # by this request, and not by a parallel one
        security_log.record("account deleted", deleted.id)
        publish(UserDeleted(user_id=deleted.id, confirmed_at=deleted.confirmed_at))
    session.commit()
    return True
