"""The events that billing publishes."""

from dataclasses import dataclass
from datetime import date, datetime

from kernel import Event


@dataclass(frozen=True, kw_only=True)
class SubscriptionStarted(Event):
    """A user subscribed to Pro; ``amount`` is the first payment, in cents.

    An :class:`InvoicePaid` is published for the same invoice.
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
    """A user canceled: the subscription ends on the day ``ends_on``."""

    user_id: int
    ends_on: date


@dataclass(frozen=True, kw_only=True)
class SubscriptionEnded(Event):
    """A user is on the Free plan again."""

    user_id: int
