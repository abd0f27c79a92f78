"""The tables of the dashboard: a read model with one row per day, and its version."""

from __future__ import annotations

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kernel import module_registry, module_session

session = module_session("dashboard")


class Base(DeclarativeBase):
    """The base of this module's models."""

    registry = module_registry()


class Day(Base):
    """The numbers of one day (UTC), updated by the events of other modules.

    What is undone later is subtracted from the day on which it happened, so that the
    sum over all days is the current total.
    """

    __tablename__ = "dashboard_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    signups: Mapped[int] = mapped_column(default=0)
    posts: Mapped[int] = mapped_column(default=0)
    revenue: Mapped[int] = mapped_column(default=0)  # cents


class Version(Base):
    """The version of the read model, in a table with one row.

    It changes in the transaction of every change of a day. A report that was rendered
    from the read model is valid for as long as the version stays the same.
    """

    __tablename__ = "dashboard_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(32))
