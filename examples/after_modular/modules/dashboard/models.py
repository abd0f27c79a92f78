"""The tables of the dashboard: what happened on each day, and in which version."""

from __future__ import annotations

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kernel import module_registry, module_session

session = module_session("dashboard")


class Base(DeclarativeBase):
    """The base of this module's own tables."""

    registry = module_registry()


class Day(Base):
    """What one day (UTC) has brought: a copy, made of other modules' events.

    What is undone later is taken off the day on which it was done, so that the sum
    of all days is what there is now.
    """

    __tablename__ = "dashboard_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    signups: Mapped[int] = mapped_column(default=0)
    posts: Mapped[int] = mapped_column(default=0)
    revenue: Mapped[int] = mapped_column(default=0)  # cents


class Version(Base):
    """The one row that names the present state of the days.

    Whoever changes a day changes it, in the same transaction. So what was made of the
    days is good for as long as the version is the same.
    """

    __tablename__ = "dashboard_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(32))
