"""Create, revise and delete posts, and publish the events about it."""

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from kernel import has_module, publish, utcnow

from . import text
from .events import PostPublished, PostRemoved, PostUnpublished
from .models import Post, session
from .service import count_published


class LimitReachedError(Exception):
    """The author's plan does not allow another published post."""


def create(
    key: str, author_id: int, author_name: str, *, title: str, body: str, public: bool
) -> Post:
    """Create a post. A second call with the same ``key`` returns the existing post.

    :param key: the idempotency key of the form.
    :raises LimitReachedError: if the plan does not allow another published post.
    """
    if post := _created_before(key, author_id):
        return post
    post = Post(idempotency_key=key, author_id=author_id, author_name=author_name)
    try:
        revise(post, title=title, body=body, public=public)
    except IntegrityError:
        # The same form was submitted twice, and the other request was faster.
        session.rollback()
        if (first := _created_before(key, author_id)) is None:
            raise
        return first
    return post


def revise(post: Post, *, title: str, body: str, public: bool) -> None:
    """Change the text of a post, and publish or unpublish it.

    :raises LimitReachedError: if the plan does not allow another published post. The
        post is unchanged.
    """
    if public and not post.is_published:
        _check_limit(post.author_id)
    post.title = title
    post.body = body
    # Rendered once here, not each time that the post is read.
    post.body_html = text.render(body)
    post.excerpt = text.excerpt(post.body_html)
    if public and not post.is_published:
        _publish(post)
    elif post.is_published and not public:
        _unpublish(post)
    session.add(post)
    session.commit()


def delete(post: Post) -> None:
    """Delete a post on behalf of its author."""
    _delete(post)
    session.commit()


def remove(post: Post) -> None:
    """Delete a post as an admin; the event lets other modules notify the author."""
    publish(PostRemoved(post_id=post.id, author_id=post.author_id, title=post.title))
    _delete(post)
    session.commit()


def delete_all_of(author_id: int) -> None:
    """Delete all posts of an author. The caller commits."""
    for post in session.scalars(sa.select(Post).where(Post.author_id == author_id)):
        _delete(post)


def _created_before(key: str, author_id: int) -> Post | None:
    return session.scalar(
        sa.select(Post).where(Post.author_id == author_id, Post.idempotency_key == key)
    )


def _check_limit(author_id: int) -> None:
    """Check the plan's limit of published posts; without billing there is no limit."""
    if not has_module("billing"):
        return
    from modules.billing import api as billing

    limit = billing.post_limit(author_id)
    if limit is not None and count_published(author_id) >= limit:
        raise LimitReachedError(
            f"The Free plan allows {limit} published posts. Upgrade to publish more."
        )


def _publish(post: Post) -> None:
    post.published_at = utcnow()
    session.add(post)
    session.flush()  # assigns the id of a new post
    publish(
        PostPublished(
            post_id=post.id,
            author_id=post.author_id,
            title=post.title,
            published_at=post.published_at,
        )
    )


def _unpublish(post: Post) -> None:
    assert post.published_at is not None
    publish(
        PostUnpublished(
            post_id=post.id,
            author_id=post.author_id,
            published_at=post.published_at,
        )
    )
    post.published_at = None


def _delete(post: Post) -> None:
    if post.is_published:
        _unpublish(post)
    session.delete(post)
