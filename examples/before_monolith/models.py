"""The database models of Inkwell."""

from datetime import UTC, datetime, timedelta
from sqlite3 import Connection as SQLiteConnection
from typing import Any

from flask_login import UserMixin
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    ColumnElement,
    DateTime,
    Dialect,
    Engine,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    and_,
    event,
    or_,
)
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    mapped_column,
    registry,
    relationship,
)

# The limits of a login session, by whether the user asked to stay logged in.
IDLE_LIMIT = {False: timedelta(hours=12), True: timedelta(days=14)}
TOTAL_LIMIT = {False: timedelta(days=7), True: timedelta(days=31)}


@event.listens_for(Engine, "connect")
def prepare_sqlite(connection: Any, record: Any) -> None:
    """Configure SQLite for concurrent readers, and enforce foreign keys."""
    if isinstance(connection, SQLiteConnection):
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA busy_timeout = 5000")
        connection.execute("PRAGMA foreign_keys = ON")


def utcnow() -> datetime:
    """Return the current time as an aware datetime in UTC."""
    return datetime.now(UTC)


class UTCDateTime(TypeDecorator[datetime]):
    """An aware datetime in UTC, also on SQLite, which stores no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Convert to UTC; refuse naive values, because their time zone is unknown."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored datetime must be aware")
        return value.astimezone(UTC)

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Return an aware datetime."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value


class Base(DeclarativeBase):
    """The base of all models: the column types and the names of constraints."""

    # Flask-SQLAlchemy copies this class, and SQLAlchemy refuses a copy that has both a
    # registry and a type_annotation_map, so the map is passed to the registry.
    registry = registry(
        type_annotation_map={datetime: UTCDateTime},
        # Later migrations can only change constraints that have names.
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
    )


db = SQLAlchemy(model_class=Base)


class User(UserMixin, db.Model):
    """A user account: a member or an admin."""

    __tablename__ = "users"
    # Ids are never reused, so an old link can't lead to a new user.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    security_stamp: Mapped[str] = mapped_column(String(32))
    role: Mapped[str] = mapped_column(String(10), default="member")
    active: Mapped[bool] = mapped_column(default=True)
    mail_notifications: Mapped[bool] = mapped_column(default=True)
    confirmed_at: Mapped[datetime | None] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(default=utcnow, index=True)

    posts: Mapped[list["Post"]] = relationship(
        back_populates="author", cascade="all, delete-orphan", passive_deletes=True
    )
    notifications: Mapped[list["Notification"]] = relationship(
        back_populates="user", cascade="all, delete-orphan", passive_deletes=True
    )
    checkouts: Mapped[list["Checkout"]] = relationship(
        back_populates="user", cascade="all, delete-orphan", passive_deletes=True
    )
    subscription: Mapped["Subscription | None"] = relationship(
        back_populates="user", cascade="all, delete-orphan", passive_deletes=True
    )
    invoices: Mapped[list["Invoice"]] = relationship(
        back_populates="user", passive_deletes=True
    )
    login_sessions: Mapped[list["LoginSession"]] = relationship(
        back_populates="user", cascade="all, delete-orphan", passive_deletes=True
    )

    # The token of the session in which this user was loaded or logged in.
    session_token = ""

    def get_id(self) -> str:
        """Return the token that the cookies hold (for Flask-Login)."""
        return self.session_token

    @property
    def is_active(self) -> bool:
        """Return whether the user may log in (for Flask-Login)."""
        return self.active

    @property
    def is_admin(self) -> bool:
        """Return whether the user has access to the admin pages."""
        return self.role == "admin"

    @property
    def is_pro(self) -> bool:
        """Return whether the user may publish an unlimited number of posts."""
        return self.subscription is not None and self.subscription.is_running

    @property
    def plan_name(self) -> str:
        """Return the display name of the plan."""
        return "Pro" if self.is_pro else "Free"

    @property
    def state(self) -> str:
        """Return the account state that the admin pages show."""
        if not self.active:
            return "deactivated"
        return "active" if self.confirmed_at else "unconfirmed"


class LoginSession(db.Model):
    """A login of a user in one browser.

    Only the hash of its token is stored: a copy of the table can't be used to log in.
    """

    __tablename__ = "login_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    remembered: Mapped[bool]
    user_agent: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    last_seen_at: Mapped[datetime] = mapped_column(default=utcnow)

    user: Mapped[User] = relationship(back_populates="login_sessions")

    @property
    def is_over(self) -> bool:
        """Return whether the session has reached one of its limits."""
        now = utcnow()
        return (
            now - self.created_at > TOTAL_LIMIT[self.remembered]
            or now - self.last_seen_at > IDLE_LIMIT[self.remembered]
        )


class SecurityEvent(db.Model):
    """An entry of the security log. It outlives the account, without its address."""

    __tablename__ = "security_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    user_id: Mapped[int | None] = mapped_column(index=True)
    actor_id: Mapped[int | None]  # the logged-in user who did it
    address: Mapped[str] = mapped_column(String(64))
    user_agent: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(default=utcnow, index=True)


class Post(db.Model):
    """A post by one author; a draft if it has no publication date."""

    __tablename__ = "posts"
    __table_args__ = (
        UniqueConstraint("author_id", "idempotency_key"),
        Index(None, "author_id", "created_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    excerpt: Mapped[str] = mapped_column(String(250))
    idempotency_key: Mapped[str | None] = mapped_column(String(36))
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)

    author: Mapped[User] = relationship(back_populates="posts")

    @property
    def is_published(self) -> bool:
        """Return whether the post is public."""
        return self.published_at is not None


class Checkout(db.Model):
    """A payment attempt; `reference` identifies it at the payment provider."""

    __tablename__ = "checkouts"
    __table_args__ = (UniqueConstraint("user_id", "idempotency_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    reference: Mapped[str] = mapped_column(String(64), unique=True)
    idempotency_key: Mapped[str] = mapped_column(String(36))
    amount: Mapped[int]
    status: Mapped[str] = mapped_column(String(10), default="open")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)

    user: Mapped[User] = relationship(back_populates="checkouts")


class Subscription(db.Model):
    """A user's Pro plan: active, cancelled (runs until `period_end`) or ended."""

    __tablename__ = "subscriptions"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), unique=True
    )
    reference: Mapped[str] = mapped_column(String(64), unique=True)
    status: Mapped[str] = mapped_column(String(10), default="active", index=True)
    period_end: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)

    user: Mapped[User] = relationship(back_populates="subscription")

    @classmethod
    def running(cls) -> ColumnElement[bool]:
        """Return the condition that `is_running` states, for a query."""
        still_paid = and_(cls.status != "ended", cls.period_end > utcnow())
        return or_(cls.status == "active", still_paid)

    @property
    def is_running(self) -> bool:
        """Return whether the user is on Pro now.

        An active subscription runs until the payment provider ends it.
        """
        return self.status == "active" or (
            self.status == "cancelled" and self.period_end > utcnow()
        )


class Invoice(db.Model):
    """An invoice for a month; it is kept when its user is deleted."""

    __tablename__ = "invoices"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    amount: Mapped[int]
    # One checkout is paid once, whatever else goes wrong; a renewal has none.
    checkout_reference: Mapped[str | None] = mapped_column(
        String(64), unique=True, index=True
    )
    created_at: Mapped[datetime] = mapped_column(default=utcnow, index=True)

    user: Mapped[User | None] = relationship(back_populates="invoices")

    @property
    def number(self) -> str:
        """Return the invoice number, such as ``INV-2026-000042``."""
        return f"INV-{self.created_at.year}-{self.id:06d}"


class WebhookReceipt(db.Model):
    """A processed webhook, recorded to make webhooks idempotent."""

    __tablename__ = "webhook_receipts"

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    received_at: Mapped[datetime] = mapped_column(default=utcnow)


class Notification(db.Model):
    """A notification that a user sees on the site."""

    __tablename__ = "notifications"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    text: Mapped[str] = mapped_column(String(200))
    link: Mapped[str | None] = mapped_column(String(200))
    read_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)

    user: Mapped[User] = relationship(back_populates="notifications")
