"""The pages of the blog."""

from typing import Any

import sqlalchemy as sa
from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_login import current_user, login_required
from werkzeug.wrappers import Response as BaseResponse

from kernel import has_module
from web.access import admin_required
from web.caching import public_page
from web.pagination import Keyset

from . import feed, posts
from .forms import NewPostForm, PostForm
from .models import Post, session

blueprint = Blueprint(
    "blog", __name__, template_folder="templates", static_folder="static"
)

FEED_SIZE = 20
PUBLISHED = sa.select(Post).where(Post.published_at.is_not(None))
NEWEST = PUBLISHED.order_by(Post.published_at.desc(), Post.id.desc()).limit(FEED_SIZE)
BY_ID = sa.select(Post).where(Post.id == sa.bindparam("post_id"))
# Lists do not show the text, so they do not load it.
SUMMARIES = sa.select(
    Post.id,
    Post.title,
    Post.author_name,
    Post.excerpt,
    Post.created_at,
    Post.published_at,
)
PUBLISHED_PAGE = Keyset[sa.Row[Any]](
    SUMMARIES.where(Post.published_at.is_not(None)), Post.published_at, Post.id
)
BY_AUTHOR = Keyset[sa.Row[Any]](
    SUMMARIES.where(Post.author_id == sa.bindparam("author_id")), Post.id
)


@blueprint.get("/")
@public_page
def index() -> str:
    """List the published posts, newest first."""
    return render_template("blog/index.html", page=PUBLISHED_PAGE.page(session))


@blueprint.get("/feed.atom")
@public_page
def atom() -> Response:
    """Return the Atom feed, or 304 if the client has the current version."""
    latest = session.scalars(NEWEST).all()
    etag = feed.etag(latest)
    if etag in request.if_none_match:
        response = Response(status=304)
    else:
        response = Response(feed.atom(latest), content_type="application/atom+xml")
    response.set_etag(etag)
    return response


@blueprint.get("/<id:post_id>")
@public_page
def post(post_id: int) -> str:
    """Show a post."""
    return render_template("blog/post.html", post=_readable_post(post_id))


@blueprint.get("/mine")
@login_required
def mine() -> str:
    """List the user's posts, including drafts."""
    page = BY_AUTHOR.page(session, author_id=current_user.id)
    return render_template("blog/mine.html", page=page)


@blueprint.route("/new", methods=["GET", "POST"])
@login_required
def new() -> BaseResponse | tuple[str, int]:
    """Write a post."""
    form = NewPostForm()
    if form.validate_on_submit():
        key = form.checked_key()
        author = current_user
        try:
            created = posts.create(key, author.id, author.name, **form.content)
        except posts.LimitReachedError as error:
            form.form_errors.append(str(error))
        else:
            flash(
                "Post published." if created.is_published else "Draft saved.",
                "success",
            )
            return redirect(url_for(".post", post_id=created.id))
    return _form_page(form)


@blueprint.route("/<id:post_id>/edit", methods=["GET", "POST"])
@login_required
def edit(post_id: int) -> BaseResponse | tuple[str, int]:
    """Edit a post, and publish or unpublish it."""
    post = _own_post(post_id)
    form = PostForm(obj=post)
    if form.validate_on_submit():
        was_public = post.is_published
        try:
            posts.revise(post, **form.content)
        except posts.LimitReachedError as error:
            form.form_errors.append(str(error))
        except posts.DeletedError:
            abort(404)
        else:
            newly_public = post.is_published and not was_public
            flash("Post published." if newly_public else "Post saved.", "success")
            return redirect(url_for(".post", post_id=post_id))
    return _form_page(form, post)


@blueprint.post("/<id:post_id>/delete")
@login_required
def delete(post_id: int) -> BaseResponse:
    """Delete a post of the user."""
    posts.delete(_own_post(post_id))
    flash("Post deleted.", "success")
    return redirect(url_for(".mine"))


@blueprint.post("/<id:post_id>/remove")
@admin_required
def remove(post_id: int) -> BaseResponse:
    """Remove a post as an admin; its author is notified."""
    posts.remove(_readable_post(post_id))
    flash("Post removed.", "success")
    return redirect(url_for(".index"))


def _readable_post(post_id: int) -> Post:
    """Return a post; answer 404 if the user may not read it."""
    post = session.scalar(BY_ID, {"post_id": post_id})
    if post is None or not (post.is_published or _may_read_draft(post)):
        abort(404)
    return post


def _own_post(post_id: int) -> Post:
    """Return a post of the user; answer 403 or 404 for other posts."""
    post = _readable_post(post_id)
    if post.author_id != current_user.id:
        abort(403)
    return post


def _may_read_draft(post: Post) -> bool:
    if not current_user.is_authenticated:
        return False
    return bool(current_user.is_admin or current_user.id == post.author_id)


def _form_page(form: PostForm, post: Post | None = None) -> tuple[str, int]:
    """Return the form, with its errors if there are any."""
    page = render_template(
        "blog/form.html", form=form, post=post, plans_url=_plans_url()
    )
    return page, 422 if form.errors else 200


def _plans_url() -> str | None:
    if not has_module("billing"):
        return None
    from modules.billing import api as billing

    return billing.plans_url()
