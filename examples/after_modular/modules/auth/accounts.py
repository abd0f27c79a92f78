"""What can happen to an account, whoever asks for it: a page, a command, a test."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from kernel import publish, utcnow

from .addresses import comparable_address
from .events import (
    AddressRegisteredAgain,
    ConfirmationRequested,
    PasswordResetRequested,
    UserConfirmed,
    UserDeleted,
    UserRegistered,
    UserRenamed,
)
from .models import User, new_stamp, session
from .passwords import hash_password, is_outdated, is_password
from .sessions import revoke_access


def find_by_email(email: str) -> User | None:
    """Return who has the address, however it is typed."""
    address = comparable_address(email)
    if "\0" in address:  # PostgreSQL refuses to be asked for one
        return None
    return session.scalar(sa.select(User).where(User.email == address))


def register(name: str, email: str, password: str) -> User | None:
    """Open an account, or return ``None`` if the address has one already."""
    user = User(name=name, email=email, password_hash=hash_password(password))
    session.add(user)
    try:
        session.flush()
    except IntegrityError:
        session.rollback()
        return None
    publish(UserRegistered(user_id=user.id, name=user.name, email=user.email))
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


def confirm(user: User, password: str | None = None) -> None:
    """Note that the address is theirs, and set the password if one is given."""
    if password is not None:
        user.password_hash = hash_password(password)
    user.confirmed_at = utcnow()
    user.security_stamp = new_stamp()
    publish(
        UserConfirmed(
            user_id=user.id,
            name=user.name,
            email=user.email,
            confirmed_at=user.confirmed_at,
        )
    )
    session.commit()


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


def change_password(user: User, password: str) -> None:
    """Set a password, end all sessions and invalidate all links in mails."""
    user.password_hash = hash_password(password)
    revoke_access(user)
    session.commit()


def rename(user: User, name: str) -> None:
    """Give the person another name."""
    user.name = name
    publish(UserRenamed(user_id=user.id, name=name))
    session.commit()


def is_only_admin(user: User) -> bool:
    """Return whether nobody could administer the site without this person."""
    others = sa.select(User.id).where(
        User.role == "admin", User.active, User.id != user.id
    )
    return user.is_admin and session.scalar(others.limit(1)) is None


def delete(user: User) -> None:
    """Delete the account; the other modules forget the person when they hear of it."""
    publish(UserDeleted(user_id=user.id, confirmed_at=user.confirmed_at))
    session.delete(user)
    session.commit()
