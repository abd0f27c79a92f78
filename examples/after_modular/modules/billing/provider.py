"""The payment provider: what billing needs from whoever takes the money.

What becomes of a payment comes back through the webhook, whoever the provider is.
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class HostedCheckout:
    """A page of the provider where somebody pays; webhooks name its ``reference``."""

    reference: str
    url: str


class PaymentProvider(Protocol):
    """Whoever takes the money."""

    def create_checkout(self, *, amount: int, idempotency_key: str) -> HostedCheckout:
        """Open a payment of ``amount`` cents; the same key gives the same one."""
