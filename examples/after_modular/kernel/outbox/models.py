"""The table of the outbox."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kernel.database import module_registry, module_session

from .clock import from_now

session = module_session("outbox")

NAME_LENGTH = 200


class State(StrEnum):
    """The state of a delivery."""

    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"  # dead-lettered: out of attempts


# Partial indexes: most rows are completed, and no query looks for them.
INDEXES = {
    "due": (["due_at"], "state IN ('PENDING', 'PROCESSING')"),
    "key": (["listener", "key", "id"], "key IS NOT NULL AND state <> 'COMPLETED'"),
    "failed": (["id"], "state = 'FAILED'"),
    "completed": (["finished_at"], "state = 'COMPLETED'"),
}


class Base(DeclarativeBase):
    """The declarative base of the outbox."""

    registry = module_registry()


class Delivery(Base):
    """An event on its way to one listener.

    ``due_at`` is the time of the next attempt; while a process holds the delivery under
    its ``claim``, it is the time at which the claim times out.
    """

    __tablename__ = "outbox_delivery"

    id: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True
    )
    event_id: Mapped[str] = mapped_column(sa.String(36))
    event: Mapped[str] = mapped_column(sa.String(NAME_LENGTH))
    listener: Mapped[str] = mapped_column(sa.String(NAME_LENGTH))
    key: Mapped[str | None] = mapped_column(sa.String(NAME_LENGTH))
    payload: Mapped[str] = mapped_column(sa.Text)
    headers: Mapped[str] = mapped_column(sa.Text, default="{}")
    state: Mapped[str] = mapped_column(sa.String(10), default=State.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    claim: Mapped[str | None] = mapped_column(sa.String(36))
    error: Mapped[str | None] = mapped_column(sa.Text)
    published_at: Mapped[datetime] = mapped_column(default=from_now(0))
    due_at: Mapped[datetime] = mapped_column(default=from_now(0))
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        sa.UniqueConstraint("event_id", "listener"),
        *(
            sa.Index(
                f"ix_outbox_delivery_{name}",
                *columns,
                sqlite_where=sa.text(rows),
                postgresql_where=sa.text(rows),
            )
            for name, (columns, rows) in INDEXES.items()
        ),
    )


table = cast(sa.Table, Delivery.__table__)
