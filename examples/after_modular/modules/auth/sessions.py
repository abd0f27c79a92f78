"""Login sessions: each login is a row, so that it can be listed and ended.

The session cookie and the remember cookie hold the token of a row. Both are worthless
once the row is deleted or one of its limits is reached.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256

import sqlalchemy as sa
from flask import request
from flask_login import login_user

from kernel import utcnow

from . import security_log
from .models import LoginSession, User, new_stamp, session

# By whether the user asked to stay logged in.
IDLE_LIMIT = {False: timedelta(hours=12), True: timedelta(days=14)}
TOTAL_LIMIT = {False: timedelta(days=7), True: timedelta(days=31)}
MAX_SESSIONS = 20  # of one user; a further login ends the one that was idle longest
LAST_SEEN_PRECISION = timedelta(minutes=5)  # saves a write per page

# Every page of a member runs it, so it is built once.
BY_TOKEN = (
    sa.select(
        User,
        LoginSession.id,
        LoginSession.remembered,
        LoginSession.created_at,
        LoginSession.last_seen_at,
    )
    .join(LoginSession, LoginSession.user_id == User.id)
    .where(LoginSession.token_hash == sa.bindparam("token_hash"))
)


def start(user: User, *, remember: bool) -> None:
    """Log a user in with this browser."""
    token = secrets.token_urlsafe(32)
    session.add(
        LoginSession(
            token_hash=_hash(token),
            user_id=user.id,
            remembered=remember,
            user_agent=request.user_agent.string[:200],
        )
    )
    session.flush()
    _delete_surplus(user.id)
    security_log.record("login", user.id)
    session.commit()
    user.session_token = token
    login_user(user, remember=remember)


def find_user(token: str) -> User | None:
    """Return the user of a session, or ``None`` if it has ended."""
    row = session.execute(BY_TOKEN, {"token_hash": _hash(token)}).first()
    if row is None:
        return None
    user, session_id, remembered, created_at, last_seen_at = row
    now = utcnow()
    if (
        now - created_at > TOTAL_LIMIT[remembered]
        or now - last_seen_at > IDLE_LIMIT[remembered]
    ):
        return None
    if now - last_seen_at > LAST_SEEN_PRECISION:
        session.execute(
            sa.update(LoginSession)
            .where(LoginSession.id == session_id)
            .values(last_seen_at=now)
        )
        session.commit()
    user.session_token = token
    return user


def list_sessions(user: User) -> Sequence[LoginSession]:
    """Return the sessions of a user that have not ended, the last used one first."""
    newest = LoginSession.last_seen_at.desc()
    own = sa.select(LoginSession).where(_own(user.id)).order_by(newest)
    return session.scalars(own.where(sa.not_(_is_over()))).all()


def is_current(login: LoginSession, user: User) -> bool:
    """Return whether ``user`` was loaded in this session."""
    return login.token_hash == _hash(user.session_token)


def end(user: User, session_id: int) -> bool:
    """End one session of a user; return whether there was one."""
    ended = session.scalar(
        sa.delete(LoginSession)
        .where(_own(user.id), LoginSession.id == session_id)
        .returning(LoginSession.id)
    )
    session.commit()
    return ended is not None


def end_by_token(token: str) -> None:
    """End a session: copies of its cookies are worthless, too."""
    session.execute(
        sa.delete(LoginSession).where(LoginSession.token_hash == _hash(token))
    )
    session.commit()


def end_others(user: User) -> None:
    """End all sessions of a user but the current one. The caller commits."""
    current = LoginSession.token_hash == _hash(user.session_token)
    session.execute(sa.delete(LoginSession).where(_own(user.id), sa.not_(current)))


def revoke_access(user: User) -> bool:
    """Invalidate all links in mails, and end all sessions. The caller commits.

    Return ``False`` if a parallel request has done so since the user was loaded: of
    two that use the same link, one succeeds.
    """
    renewed = session.scalar(
        sa.update(User)
        .where(User.id == user.id, User.security_stamp == user.security_stamp)
        .values(security_stamp=new_stamp())
        .returning(User.id)
    )
    session.execute(sa.delete(LoginSession).where(_own(user.id)))
    return renewed is not None


def _delete_surplus(user_id: int) -> None:
    newest = LoginSession.last_seen_at.desc(), LoginSession.id.desc()
    surplus = (
        sa.select(LoginSession.id)
        .where(_own(user_id))
        .order_by(*newest)
        .offset(MAX_SESSIONS)
    )
    session.execute(
        sa.delete(LoginSession).where(
            _own(user_id), sa.or_(_is_over(), LoginSession.id.in_(surplus))
        )
    )


def _own(user_id: int) -> sa.ColumnElement[bool]:
    return LoginSession.user_id == user_id


def _is_over() -> sa.ColumnElement[bool]:
    """Return the condition that :func:`find_user` checks, for a query."""
    now = utcnow()
    return sa.or_(
        *(
            sa.and_(
                LoginSession.remembered.is_(remembered),
                sa.or_(
                    LoginSession.created_at < now - TOTAL_LIMIT[remembered],
                    LoginSession.last_seen_at < now - IDLE_LIMIT[remembered],
                ),
            )
            for remembered in (False, True)
        )
    )


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
