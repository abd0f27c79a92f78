"""What the shop tells."""

from dataclasses import dataclass

from kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class OrderPlaced(Event):
    """Somebody has ordered. ``number`` counts the orders of this customer."""

    order_id: int
    customer: int
    number: int
