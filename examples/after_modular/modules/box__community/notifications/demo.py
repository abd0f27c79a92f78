"""Demo data: a welcome for every user, and a failed payment for some."""

from collections.abc import Iterable
from datetime import timedelta

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
    texts = [f"Welcome to {current_app.config['APP_NAME']}"]
    if has_module("billing") and random.random() < 0.3:
        texts.append("Your payment failed")
    return [
        {
            "user_id": user_id,
            "text": text,
            "link": None,
            "created_at": joined_at + timedelta(days=age),
            "read_at": joined_at + timedelta(days=40)
            if random.random() < 0.5
            else None,
        }
        for age, text in enumerate(texts)
    ]
