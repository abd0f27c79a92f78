"""How the events of other modules become the rows of the dashboard."""

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
    """Count a new member."""
    add(event.confirmed_at.date(), signups=1)


@listens(UserDeleted)
def discount_member(event: UserDeleted) -> None:
    """Take a member who left off the day they came."""
    if event.confirmed_at:
        add(event.confirmed_at.date(), signups=-1)


@listens("blog.PostPublished")
def count_post(event: PostPublished) -> None:
    """Count a post."""
    add(event.published_at.date(), posts=1)


@listens("blog.PostUnpublished")
def discount_post(event: PostUnpublished) -> None:
    """Take a post off the day it was published."""
    add(event.published_at.date(), posts=-1)


@listens("billing.InvoicePaid")
def count_revenue(event: InvoicePaid) -> None:
    """Count what was paid."""
    add(event.paid_at.date(), revenue=event.amount)
