"""What billing tells the others."""

from dataclasses import dataclass
from datetime import date, datetime

from kernel import Event


@dataclass(frozen=True, kw_only=True)
class SubscriptionStarted(Event):
    """Somebody went Pro; ``amount`` is what they paid for the first month, in cents.

    An :class:`InvoicePaid` tells of the same invoice.
    """

    user_id: int
    invoice_number: str
    amount: int


@dataclass(frozen=True, kw_only=True)
class InvoicePaid(Event):
    """A month of Pro was paid, the first one or a later one; ``amount`` in cents."""

    user_id: int
    number: str
    amount: int
    paid_at: datetime


@dataclass(frozen=True, kw_only=True)
class PaymentFailed(Event):
    """The provider declined a payment."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class SubscriptionCancelled(Event):
    """Somebody cancelled: they stay on Pro until the day ``ends_on``."""

    user_id: int
    ends_on: date


@dataclass(frozen=True, kw_only=True)
class SubscriptionEnded(Event):
    """Somebody is back on the Free plan."""

    user_id: int
