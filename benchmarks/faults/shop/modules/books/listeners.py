"""What the books do when something was sold."""

from kernel.events import listens
from modules.shop.events import OrderPlaced

from .models import Entry, session


@listens(OrderPlaced)
def write_down(event: OrderPlaced) -> None:
    """Write an entry."""
    session.add(_entry("write_down", event))


@listens(OrderPlaced, ordered_by="customer")
def write_in_order(event: OrderPlaced) -> None:
    """Write an entry, one customer's in the order of their orders."""
    session.add(_entry("write_in_order", event))


def _entry(listener: str, event: OrderPlaced) -> Entry:
    return Entry(
        listener=listener,
        order_id=event.order_id,
        customer=event.customer,
        number=event.number,
    )
