"""Demo data: a welcome for every user, and payments of some."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app

from kernel import has_module
from modules.auth.api import find_ids
from web.demo import DemoUser

from .models import Notification, session


def load(chunks: Iterable[list[DemoUser]]) -> None:
    """Add notifications for the users who have none."""
    for users in chunks:
        ids = find_ids(user.email for user in users)
        own = Notification.user_id.in_(ids.values())
        filled = set(session.scalars(sa.select(Notification.user_id).where(own)))
        rows = [
            row
            for user in users
            if user.confirmed and ids[user.email] not in filled
            for row in _notifications(user, ids[user.email])
        ]
        if rows:
            # Otherwise SQLAlchemy inserts rows with NULLs in separate statements.
            nulls = {"render_nulls": True}
            session.execute(sa.insert(Notification), rows, execution_options=nulls)
        session.commit()


def _notifications(user: DemoUser, user_id: int) -> list[dict[str, object]]:
    random = user.random("notifications")
    joined_at = user.joined_at + timedelta(hours=1)
    is_read = random.random() < 0.5 or user.is_admin
    rows = [_welcome(joined_at, is_read)]
    if has_module("billing"):
        if random.random() < 0.3:
            failed_at = joined_at + timedelta(days=1)
            rows.append(_row("Your payment failed", failed_at, is_read))
        if user.is_admin:
            rows += [
                _row("Your payment failed", user.until - timedelta(days=2), False),
                _row("You are on Pro", user.until - timedelta(hours=8), False),
            ]
    return [{"user_id": user_id} | row for row in rows]


def _welcome(joined_at: datetime, is_read: bool) -> dict[str, object]:
    return _row(f"Welcome to {current_app.config['APP_NAME']}", joined_at, is_read)


def _row(text: str, moment: datetime, is_read: bool) -> dict[str, object]:
    read_at = moment + timedelta(hours=1) if is_read else None
    return {"text": text, "link": None, "created_at": moment, "read_at": read_at}
