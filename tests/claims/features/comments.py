"""Comments: a feature of its own."""

from .building import (
    AFTER_POST,
    LAST_FORM,
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
class Comment(db.Model):
    """What a reader says about a post."""

    __tablename__ = "comments"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(Text)


''',
        ),
        after(
            "forms.py",
            LAST_FORM,
            '''

class CommentForm(Form):
    """Comment on a post."""

    text = TextAreaField("Comment", validators=[DataRequired("Enter a comment.")])
''',
        ),
        Edit(
            "app.py",
            "    Checkout,\n    Invoice,\n",
            "    Checkout,\n    Comment,\n    Invoice,\n",
        ),
        after("app.py", "    ChangePasswordForm,\n", "    CommentForm,\n"),
        before(
            "app.py",
            NEXT_SECTION,
            '''\
@app.get("/comments/")
def comments() -> View:
    """List the newest comments."""
    newest = select(Comment).order_by(Comment.id.desc()).limit(20)
    return render_template("comments.html", comments=db.session.scalars(newest).all())


@app.post("/comments/<id:post_id>")
@login_required
def add_comment(post_id: int) -> View:
    """Comment on a post."""
    form = CommentForm()
    if not form.validate_on_submit():
        abort(400)
    text = form.text.data
    db.session.add(Comment(user_id=me().id, post_id=post_id, text=text))
    db.session.commit()
    return redirect(url_for("comments"))


''',
        ),
        after(
            "helpers.py",
            LAST_MENU_ENTRY,
            '        MenuEntry("Comments", "comments"),\n',
        ),
    ),
    new_files=(
        (
            "templates/comments.html",
            """\
{% extends "layout.html" %}
{% block title %}Comments{% endblock %}
{% block content %}
{% for comment in comments %}
<p>{{ comment.text }}</p>
{% endfor %}
{% endblock %}
""",
        ),
    ),
)

COMMENTS = "modules/box__community/comments"
AFTER = Build(
    edits=(),
    new_files=(
        (
            f"{COMMENTS}/__init__.py",
            '''\
"""Comments: what readers say about posts."""

from kernel import Link, Module

module = Module(
    import_name=__name__,
    title="Comments",
    summary="Keeps what readers say about posts.",
    links=(Link("Comments", "comments.index"),),
)
''',
        ),
        (
            f"{COMMENTS}/models.py",
            '''\
"""The table of comments."""

from sqlalchemy import Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kernel import module_registry, module_session

session = module_session("comments")


class Base(DeclarativeBase):
    """The base of this module's own tables."""

    registry = module_registry()


class Comment(Base):
    """What a reader says about a post; both by their ids."""

    __tablename__ = "comments_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]
    post_id: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
''',
        ),
        (
            f"{COMMENTS}/forms.py",
            '''\
"""The form of comments."""

from wtforms import TextAreaField
from wtforms.validators import InputRequired

from web.forms import Form


class CommentForm(Form):
    """Comment on a post."""

    text = TextAreaField("Comment", validators=[InputRequired("Enter a comment.")])
''',
        ),
        (
            f"{COMMENTS}/view.py",
            '''\
"""The pages of comments."""

import sqlalchemy as sa
from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from .forms import CommentForm
from .models import Comment, session

blueprint = Blueprint("comments", __name__, template_folder="templates")


@blueprint.get("/")
def index() -> str:
    """List the newest comments."""
    newest = sa.select(Comment).order_by(Comment.id.desc()).limit(20)
    comments = session.scalars(newest).all()
    return render_template("comments/index.html", comments=comments)


@blueprint.post("/<id:post_id>")
@login_required
def add(post_id: int) -> ResponseReturnValue:
    """Comment on a post."""
    form = CommentForm()
    if not form.validate_on_submit():
        abort(400)
    text = form.text.data
    session.add(Comment(user_id=current_user.id, post_id=post_id, text=text))
    session.commit()
    return redirect(url_for(".index"))
''',
        ),
        (
            f"{COMMENTS}/templates/comments/index.html",
            """\
{% extends "layout.html" %}
{% block title %}Comments{% endblock %}
{% block content %}
{% for comment in comments %}
<p>{{ comment.text }}</p>
{% endfor %}
{% endblock %}
""",
        ),
    ),
    migration_of="comments",
)

FEATURE = Feature("comments", BEFORE, AFTER, "/comments/", "Comments")
