"""The tables of accounts and of their login sessions."""

from __future__ import annotations

import secrets
from datetime import datetime

import sqlalchemy as sa
from flask_login import UserMixin
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, validates

from kernel import module_registry, module_session, utcnow

session = module_session("auth")


def sortable(length: int) -> sa.String:
    """Return a text type that compares code points, on every database.

    PostgreSQL would otherwise sort as the server's language does, and a range of an
    index would not be what starts with the same letters.
    """
    return sa.String(length).with_variant(sa.String(length, "C"), "postgresql")


def new_stamp() -> str:
    """Return a fresh security stamp."""
    return secrets.token_hex(16)


class Base(DeclarativeBase):
    """The base of this module's tables, and of no other's."""

    registry = module_registry()


class User(UserMixin, Base):
    """A person with an account."""

    __tablename__ = "auth_user"
    __table_args__ = (
        sa.Index("ix_auth_user_created_at_id", "created_at", "id"),
        # An id is never given out twice, so an old link can't meet a new person.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    # The name as it is searched for. Some letters fold into three.
    name_key: Mapped[str] = mapped_column(sortable(240), index=True)
    email: Mapped[str] = mapped_column(sortable(254), unique=True)
    password_hash: Mapped[str] = mapped_column(sa.String(255))
    # A new stamp invalidates every link in a mail that was made with the old one.
    security_stamp: Mapped[str] = mapped_column(sa.String(32), default=new_stamp)
    role: Mapped[str] = mapped_column(sa.String(10), default="member")
    active: Mapped[bool] = mapped_column(default=True)
    confirmed_at: Mapped[datetime | None] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)

    # The token of the session in which this user was loaded or logged in.
    session_token = ""

    @validates("name")
    def _fold_name(self, key: str, name: str) -> str:
        self.name_key = name.casefold()
        return name

    def get_id(self) -> str:
        """Return the token that the cookies hold, as Flask-Login asks for it."""
        return self.session_token

    @property
    def is_active(self) -> bool:
        """Whether they may log in, as Flask-Login asks it."""
        return self.active

    @property
    def is_admin(self) -> bool:
        """Whether they may use the admin pages."""
        return self.role == "admin"


class LoginSession(Base):
    """A login of a user in one browser.

    Only the hash of its token is stored: a copy of the table can't be used to log in.
    """

    __tablename__ = "auth_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    user_id: Mapped[int] = mapped_column(
        sa.ForeignKey("auth_user.id", ondelete="CASCADE"), index=True
    )
    remembered: Mapped[bool]
    user_agent: Mapped[str] = mapped_column(sa.String(200))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    last_seen_at: Mapped[datetime] = mapped_column(default=utcnow)


class SecurityEvent(Base):
    """An entry of the security log. It outlives the account, without its address."""

    __tablename__ = "auth_security_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    user_id: Mapped[int | None] = mapped_column(index=True)
    actor_id: Mapped[int | None]  # the logged-in user who did it
    address: Mapped[str] = mapped_column(sa.String(64), default="")
    user_agent: Mapped[str] = mapped_column(sa.String(200), default="")
    created_at: Mapped[datetime] = mapped_column(default=utcnow, index=True)
