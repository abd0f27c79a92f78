"""Updates of the read model on the events of other modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernel import listens
from modules.auth.events import UserConfirmed, UserDeleted

from .projection import add

if TYPE_CHECKING:
    from modules.billing.events import InvoicePaid
    from modules.box__community.blog.events import PostPublished, PostUnpublished


@listens(UserConfirmed)
def count_member(event: UserConfirmed) -> None:
    """Add a member to the day of the confirmation."""
    add(event.confirmed_at.date(), signups=1)


@listens(UserDeleted)
def discount_member(event: UserDeleted) -> None:
    """Subtract a deleted member from the day of the confirmation."""
    if event.confirmed_at:
        add(event.confirmed_at.date(), signups=-1)


@listens("blog.PostPublished")
def count_post(event: PostPublished) -> None:
    """Add a post to the day of its publication."""
    add(event.published_at.date(), posts=1)


@listens("blog.PostUnpublished")
def discount_post(event: PostUnpublished) -> None:
    """Subtract a post from the day of its publication."""
    add(event.published_at.date(), posts=-1)


@listens("billing.InvoicePaid")
def count_revenue(event: InvoicePaid) -> None:
    """Add a payment to its day."""
    add(event.paid_at.date(), revenue=event.amount)
