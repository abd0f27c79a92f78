"""The security log: what happened to accounts, for the admin panel."""

from datetime import timedelta

import sqlalchemy as sa
from flask import has_request_context, request
from flask_login import current_user

from kernel import utcnow

from .models import SecurityEvent, session

RETENTION = timedelta(days=180)


def record(kind: str, user_id: int | None) -> None:
    """Add an entry, and delete those whose retention is over. The caller commits.

    :param kind: what happened, such as ``"login"``.
    :param user_id: whose account it is about; ``None`` for an unknown address.
    """
    entry = SecurityEvent(kind=kind, user_id=user_id)
    if has_request_context():
        entry.address = request.remote_addr or ""
        entry.user_agent = request.user_agent.string[:200]
        if current_user.is_authenticated:
            entry.actor_id = current_user.id
    session.add(entry)
    is_old = SecurityEvent.created_at < utcnow() - RETENTION
    session.execute(sa.delete(SecurityEvent).where(is_old))
