"""The demo's people, and an admin; they all have the same password."""

from collections.abc import Iterable
from datetime import timedelta

import sqlalchemy as sa

from kernel import utcnow
from web.demo import PASSWORD, Person

from .models import User, new_stamp, session
from .passwords import hash_password

ADMIN = "admin@example.com"


def load(chunks: Iterable[list[Person]]) -> None:
    """Add the people who are not there yet."""
    password_hash = hash_password(PASSWORD)
    _add_admin(password_hash)
    for people in chunks:
        there = set(
            session.scalars(
                sa.select(User.email).where(User.email.in_(p.email for p in people))
            )
        )
        rows = [_row(p, password_hash) for p in people if p.email not in there]
        if rows:
            session.execute(sa.insert(User), rows)
        session.commit()


def _add_admin(password_hash: str) -> None:
    if session.scalar(sa.select(User.id).where(User.email == ADMIN)):
        return
    session.add(
        User(
            name="Demo Admin",
            email=ADMIN,
            password_hash=password_hash,
            role="admin",
            confirmed_at=utcnow(),
            created_at=utcnow(),
        )
    )
    session.commit()


def _row(person: Person, password_hash: str) -> dict[str, object]:
    confirmed_at = person.joined_at + timedelta(hours=1)
    return {
        "name": person.name,
        "name_key": person.name.casefold(),
        "email": person.email,
        "password_hash": password_hash,
        "security_stamp": new_stamp(),
        "created_at": person.joined_at,
        "confirmed_at": confirmed_at if person.confirmed else None,
    }
