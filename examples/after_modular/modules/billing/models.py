"""The tables of billing. ``user_id`` is the id of a person in auth."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import ColumnElement, String, UniqueConstraint, and_, or_
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kernel import module_registry, module_session, utcnow

OPEN, PAID, DECLINED = "open", "paid", "declined"
ACTIVE, CANCELLED, ENDED = "active", "cancelled", "ended"

# PostgreSQL refuses to be asked for text with a NUL.
REFERENCE = re.compile(r"[\w-]{1,64}", re.ASCII)

session = module_session("billing")


class Base(DeclarativeBase):
    """The base of this module's own tables."""

    registry = module_registry()


class Checkout(Base):
    """One attempt to pay, at the page of the payment provider."""

    __tablename__ = "billing_checkout"
    __table_args__ = (UniqueConstraint("user_id", "idempotency_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]
    idempotency_key: Mapped[str] = mapped_column(String(36))
    reference: Mapped[str] = mapped_column(String(64), unique=True)
    url: Mapped[str] = mapped_column(String(500))
    amount: Mapped[int]
    status: Mapped[str] = mapped_column(String(10), default=OPEN)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


class Subscription(Base):
    """Somebody's Pro plan; ``reference`` is the checkout that pays for it."""

    __tablename__ = "billing_subscription"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(unique=True)
    reference: Mapped[str] = mapped_column(String(64), unique=True)
    status: Mapped[str] = mapped_column(String(10), default=ACTIVE, index=True)
    period_end: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)

    @property
    def is_running(self) -> bool:
        """Whether it gives Pro now; an active one ends when the provider says so."""
        return self.status == ACTIVE or (
            self.status == CANCELLED and self.period_end > utcnow()
        )

    @classmethod
    def running(cls) -> ColumnElement[bool]:
        """Return the condition that :attr:`is_running` states, for a query."""
        still_paid = and_(cls.status == CANCELLED, cls.period_end > utcnow())
        return or_(cls.status == ACTIVE, still_paid)


class Invoice(Base):
    """A paid month. It outlives the account: ``user_id`` is then empty."""

    __tablename__ = "billing_invoice"
    # The id is the number on the paper: it is never given out twice.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(index=True)
    amount: Mapped[int]
    # One checkout is paid once, whatever else goes wrong; a renewal has none.
    checkout_reference: Mapped[str | None] = mapped_column(
        String(64), unique=True, index=True
    )
    paid_at: Mapped[datetime] = mapped_column(default=utcnow, index=True)

    @property
    def number(self) -> str:
        """The number on the paper, such as ``INV-2026-000042``."""
        return f"INV-{self.paid_at.year}-{self.id:06d}"


class WebhookReceipt(Base):
    """A message of the provider that had its effect and must not have it twice."""

    __tablename__ = "billing_webhook_receipt"

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    received_at: Mapped[datetime] = mapped_column(default=utcnow)
