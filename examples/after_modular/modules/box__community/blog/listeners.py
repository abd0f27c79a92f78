"""Listeners: keep posts consistent with the accounts of their authors."""

import sqlalchemy as sa

from kernel import listens
from modules.auth.events import UserDeleted, UserRenamed

from . import posts
from .models import Post, session


@listens(UserRenamed, ordered_by="user_id")
def rename_author(event: UserRenamed) -> None:
    """Update the author's name on all their posts."""
    own = sa.update(Post).where(Post.author_id == event.user_id)
    session.execute(own.values(author_name=event.name))


@listens(UserDeleted)
def delete_posts(event: UserDeleted) -> None:
    """Delete the posts of a deleted account."""
    posts.delete_all_of(event.user_id)
