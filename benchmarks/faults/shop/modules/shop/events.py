"""What the shop tells."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, kw_only=True)
class OrderPlaced(Event):
    """Somebody has ordered. ``number`` counts the orders of this customer."""

    order_id: int
    customer: int
    number: int
