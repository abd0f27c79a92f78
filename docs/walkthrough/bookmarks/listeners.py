"""What bookmarks do when other modules tell."""

import sqlalchemy as sa

from kernel.events import listens
from modules.auth.events import UserDeleted

from .models import Bookmark, session


@listens(UserDeleted)
def delete_bookmarks(event: UserDeleted) -> None:
    """Forget what a deleted member kept."""
    session.execute(sa.delete(Bookmark).where(Bookmark.user_id == event.user_id))
