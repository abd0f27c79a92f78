"""Demo data: users and an admin, all with the same password."""

from collections.abc import Iterable
from datetime import timedelta

import sqlalchemy as sa

from web.demo import PASSWORD, DemoUser

from .models import User, new_stamp, session
from .passwords import hash_password


def load(chunks: Iterable[list[DemoUser]]) -> None:
    """Add the demo users that do not exist yet."""
    password_hash = hash_password(PASSWORD)
    for users in chunks:
        emails = [user.email for user in users]
        existing = set(
            session.scalars(sa.select(User.email).where(User.email.in_(emails)))
        )
        rows = [_row(u, password_hash) for u in users if u.email not in existing]
        if rows:
            session.execute(sa.insert(User), rows)
        session.commit()


def _row(user: DemoUser, password_hash: str) -> dict[str, object]:
    confirmed_at = user.joined_at + timedelta(hours=1)
    return {
        "name": user.name,
        "name_key": user.name.casefold(),
        "email": user.email,
        "password_hash": password_hash,
        "role": "admin" if user.is_admin else "member",
        "security_stamp": new_stamp(),
        "created_at": user.joined_at,
        "confirmed_at": confirmed_at if user.confirmed else None,
    }
