"""What the blog tells the others."""

from dataclasses import dataclass
from datetime import datetime

from kernel import Event


@dataclass(frozen=True, kw_only=True)
class PostPublished(Event):
    """Everyone can read a post that was a draft, or new, until now."""

    post_id: int
    author_id: int
    title: str
    published_at: datetime


@dataclass(frozen=True, kw_only=True)
class PostUnpublished(Event):
    """A post can't be read by everyone any more: it is a draft again, or gone.

    ``published_at`` is the moment at which it had been published.
    """

    post_id: int
    author_id: int
    published_at: datetime


@dataclass(frozen=True, kw_only=True)
class PostRemoved(Event):
    """An admin took a post away from its author; it is gone."""

    post_id: int
    author_id: int
    title: str
