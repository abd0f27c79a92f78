"""What billing does on others' events."""

from sqlalchemy import delete, update

from kernel import listens
from modules.auth.events import UserDeleted

from .models import Checkout, Invoice, Subscription, session


@listens(UserDeleted)
def forget(event: UserDeleted) -> None:
    """Delete what billing knows of a person; the books keep invoices of nobody."""
    for table in (Checkout, Subscription):
        session.execute(delete(table).where(table.user_id == event.user_id))
    session.execute(
        update(Invoice).where(Invoice.user_id == event.user_id).values(user_id=None)
    )
