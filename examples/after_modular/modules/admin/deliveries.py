"""The events that wait for a listener, and those that were given up."""

import sqlalchemy as sa

from kernel import outbox
from kernel.outbox import Delivery, State
from web.pagination import Page, paginate

KINDS = {
    "failed": (State.FAILED,),
    "waiting": (State.PENDING, State.PROCESSING),
}


def list_deliveries(kind: str) -> Page[Delivery]:
    """Return a page of the ``"failed"`` or the ``"waiting"`` ones, newest first."""
    statement = sa.select(Delivery).where(Delivery.state.in_(KINDS[kind]))
    return paginate(outbox.session, statement, Delivery.id, size=50)


def count_kinds() -> dict[str, int]:
    """Return how many there are of each kind."""
    counts = outbox.counts()
    return {
        kind: sum(counts[state] for state in states) for kind, states in KINDS.items()
    }
