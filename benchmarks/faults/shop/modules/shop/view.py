"""The pages of the shop."""

import sqlalchemy as sa
from flask import Blueprint

from kernel import publish

from .events import OrderPlaced
from .models import CUSTOMERS, Customer, Order, session

blueprint = Blueprint("shop", __name__)


@blueprint.get("/")
def index() -> str:
    """Answer that the shop is open."""
    return "open"


@blueprint.post("/orders/<int:order_id>")
def order(order_id: int) -> tuple[str, int]:
    """Place an order: the row, the customer's count and the event, or none of them."""
    customer = order_id % CUSTOMERS
    # This locks the row of the customer, so that their orders have an order.
    count = (
        sa.update(Customer)
        .where(Customer.id == customer)
        .values(orders=Customer.orders + 1)
        .returning(Customer.orders)
    )
    number = session.execute(count).scalar_one()
    session.add(Order(id=order_id, customer=customer, number=number))
    publish(OrderPlaced(order_id=order_id, customer=customer, number=number))
    session.commit()
    return "ordered", 201
