"""The blog's part of a user's personal data."""

from collections.abc import Mapping

import sqlalchemy as sa

from .models import Post, session


def export(user_id: int) -> Mapping[str, object]:
    """Return all posts of a user, including drafts."""
    own = sa.select(Post).where(Post.author_id == user_id).order_by(Post.id)
    return {"posts": [_as_dict(post) for post in session.scalars(own)]}


def _as_dict(post: Post) -> dict[str, object]:
    return {
        "title": post.title,
        "body": post.body,
        "created_at": post.created_at,
        "published_at": post.published_at,
    }
