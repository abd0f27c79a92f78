"""The pages of bookmarks."""

import sqlalchemy as sa
from flask import Blueprint, render_template
from flask_login import current_user, login_required

from web.pagination import paginate

from .models import Bookmark, session

blueprint = Blueprint("bookmarks", __name__, template_folder="templates")


@blueprint.get("/")
@login_required
def index() -> str:
    """List the user's bookmarks."""
    mine = sa.select(Bookmark).where(Bookmark.user_id == current_user.id)
    return render_template(
        "bookmarks/index.html", page=paginate(session, mine, Bookmark.id)
    )
