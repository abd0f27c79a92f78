"""Reactions to events of other modules."""

import sqlalchemy as sa

from kernel import listens
from modules.auth.events import UserDeleted

from .models import Bookmark, session


@listens(UserDeleted)
def delete_bookmarks(event: UserDeleted) -> None:
    """Delete the bookmarks of a deleted user."""
    session.execute(sa.delete(Bookmark).where(Bookmark.user_id == event.user_id))
