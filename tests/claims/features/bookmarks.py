"""Bookmarks: a feature of its own."""

from .building import (
    AFTER_POST,
    LAST_MENU_ENTRY,
    NEXT_SECTION,
    Build,
    Edit,
    Feature,
    after,
    before,
)

BEFORE = Build(
    edits=(
        before(
            "models.py",
            AFTER_POST,
            '''\
class Bookmark(db.Model):
    """A post that a user wants to find again."""

    __tablename__ = "bookmarks"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))


''',
        ),
        Edit(
            "app.py",
            "from models import (\n    Checkout,\n",
            "from models import (\n    Bookmark,\n    Checkout,\n",
        ),
        before(
            "app.py",
            NEXT_SECTION,
            '''\
@app.get("/bookmarks/")
@login_required
def bookmarks() -> View:
    """List the bookmarks of the user."""
    marked = select(Post).join(Bookmark, Bookmark.post_id == Post.id)
    posts = db.session.scalars(marked.where(Bookmark.user_id == me().id)).all()
    return render_template("bookmarks.html", posts=posts)


@app.post("/bookmarks/<id:post_id>")
@login_required
def add_bookmark(post_id: int) -> View:
    """Bookmark a post."""
    post = visible_post(post_id)
    db.session.add(Bookmark(user_id=me().id, post_id=post.id))
    db.session.commit()
    flash("Bookmark added.", "success")
    return redirect(url_for("bookmarks"))


''',
        ),
        after(
            "helpers.py",
            LAST_MENU_ENTRY,
            '        MenuEntry("Bookmarks", "bookmarks", audience="member"),\n',
        ),
    ),
    new_files=(
        (
            "templates/bookmarks.html",
            """\
{% extends "layout.html" %}
{% block title %}Bookmarks{% endblock %}
{% block content %}
{% for post in posts %}
<p><a href="{{ url_for('post', post_id=post.id) }}">{{ post.title }}</a></p>
{% endfor %}
{% endblock %}
""",
        ),
    ),
)

BOOKMARKS = "modules/box__community/bookmarks"
AFTER = Build(
    edits=(),
    new_files=(
        (
            f"{BOOKMARKS}/__init__.py",
            '''\
"""Bookmarks: posts that a user wants to find again."""

from kernel import Link, Module

module = Module(
    import_name=__name__,
    title="Bookmarks",
    summary="Keeps the posts that a user wants to find again.",
    links=(Link("Bookmarks", "bookmarks.index", audience="member"),),
)
''',
        ),
        (
            f"{BOOKMARKS}/models.py",
            '''\
"""The table of bookmarks."""

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kernel import module_registry, module_session

session = module_session("bookmarks")


class Base(DeclarativeBase):
    """The base of this module's own tables."""

    registry = module_registry()


class Bookmark(Base):
    """A post that a user wants to find again; both by their ids."""

    __tablename__ = "bookmarks_bookmark"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]
    post_id: Mapped[int]
''',
        ),
        (
            f"{BOOKMARKS}/view.py",
            '''\
"""The pages of bookmarks."""

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from .models import Bookmark, session

blueprint = Blueprint("bookmarks", __name__, template_folder="templates")


@blueprint.get("/")
@login_required
def index() -> str:
    """List the bookmarks of the user."""
    own = sa.select(Bookmark).where(Bookmark.user_id == current_user.id)
    bookmarks = session.scalars(own).all()
    return render_template("bookmarks/index.html", bookmarks=bookmarks)


@blueprint.post("/<id:post_id>")
@login_required
def add(post_id: int) -> ResponseReturnValue:
    """Bookmark a post."""
    session.add(Bookmark(user_id=current_user.id, post_id=post_id))
    session.commit()
    flash("Bookmark added.", "success")
    return redirect(url_for(".index"))
''',
        ),
        (
            f"{BOOKMARKS}/templates/bookmarks/index.html",
            """\
{% extends "layout.html" %}
{% block title %}Bookmarks{% endblock %}
{% block content %}
{% for bookmark in bookmarks %}
<p><a href="{{ request.script_root }}/blog/{{ bookmark.post_id }}">Post</a></p>
{% endfor %}
{% endblock %}
""",
        ),
    ),
    migration_of="bookmarks",
)

FEATURE = Feature("bookmarks", BEFORE, AFTER, "/bookmarks/", "Bookmarks")
