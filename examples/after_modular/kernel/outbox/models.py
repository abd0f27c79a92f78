"""The table of the outbox."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kernel.database import module_registry, module_session, utcnow

session = module_session("outbox")


class State(StrEnum):
    """Where a delivery stands."""

    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"  # given up: the dead letters


def _index(name: str, *columns: str, of: str) -> sa.Index:
    """Index only the rows that somebody looks for: most are completed."""
    rows = sa.text(of)
    return sa.Index(
        f"ix_outbox_delivery_{name}",
        *columns,
        sqlite_where=rows,
        postgresql_where=rows,
    )


class Base(DeclarativeBase):
    """The base of the table that is the outbox's own."""

    registry = module_registry()


class Delivery(Base):
    """An event on its way to one listener.

    ``due_at`` is when to try, and while it is being tried, when to stop believing
    that somebody still does. ``claim`` names the one who tries.
    """

    __tablename__ = "outbox_delivery"

    id: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True
    )
    event_id: Mapped[str] = mapped_column(sa.String(36))
    event: Mapped[str] = mapped_column(sa.String(200))
    listener: Mapped[str] = mapped_column(sa.String(200))
    key: Mapped[str | None] = mapped_column(sa.String(200))
    payload: Mapped[str] = mapped_column(sa.Text)
    headers: Mapped[str] = mapped_column(sa.Text, default="{}")
    state: Mapped[str] = mapped_column(sa.String(10), default=State.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    claim: Mapped[str | None] = mapped_column(sa.String(36))
    error: Mapped[str | None] = mapped_column(sa.Text)
    published_at: Mapped[datetime] = mapped_column(default=utcnow)
    due_at: Mapped[datetime] = mapped_column(default=utcnow)
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        sa.UniqueConstraint("event_id", "listener"),
        _index("due", "due_at", of="state IN ('PENDING', 'PROCESSING')"),
        _index(
            "key",
            "listener",
            "key",
            "id",
            of="key IS NOT NULL AND state <> 'COMPLETED'",
        ),
        _index("failed", "id", of="state = 'FAILED'"),
        _index("completed", "finished_at", of="state = 'COMPLETED'"),
    )
