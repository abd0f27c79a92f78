"""The events of the blog."""

from dataclasses import dataclass
from datetime import datetime

from kernel import Event


@dataclass(frozen=True, kw_only=True)
class PostPublished(Event):
    """A draft or a new post was published."""

    post_id: int
    author_id: int
    title: str
    published_at: datetime


@dataclass(frozen=True, kw_only=True)
class PostUnpublished(Event):
    """A published post was turned into a draft or deleted.

    ``published_at`` is the time at which it had been published.
    """

    post_id: int
    author_id: int
    published_at: datetime


@dataclass(frozen=True, kw_only=True)
class PostRemoved(Event):
    """An admin deleted a post of a user."""

    post_id: int
    author_id: int
    title: str
