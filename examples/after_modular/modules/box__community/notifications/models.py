"""The tables of notifications. No other module reads them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kernel import module_registry, module_session, utcnow

session = module_session("notifications")


class Base(DeclarativeBase):
    """The base of this module's models."""

    registry = module_registry()


class Notification(Base):
    """A notification of a user on the site."""

    __tablename__ = "notifications_notification"
    __table_args__ = (sa.Index(None, "user_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]
    text: Mapped[str] = mapped_column(sa.String(200))
    link: Mapped[str | None] = mapped_column(sa.String(200))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    read_at: Mapped[datetime | None]


class Preference(Base):
    """The notification settings of a user; without a row the defaults apply."""

    __tablename__ = "notifications_preference"

    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    email: Mapped[bool] = mapped_column(default=True)
