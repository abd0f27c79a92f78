"""What happens to a post: it is written, revised, deleted, or removed by an admin."""

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from kernel import has_module, publish, utcnow

from . import text
from .events import PostPublished, PostRemoved, PostUnpublished
from .models import Post, session
from .service import count_published


class LimitReachedError(Exception):
    """The author's plan allows no further published post."""


def create(
    key: str, author_id: int, author_name: str, *, title: str, body: str, public: bool
) -> Post:
    """Write a post. A second call with the same ``key`` returns the first one's post.

    :raises LimitReachedError: if it is to be public, and the plan doesn't allow it.
    """
    if post := _created_before(key, author_id):
        return post
    post = Post(idempotency_key=key, author_id=author_id, author_name=author_name)
    try:
        revise(post, title=title, body=body, public=public)
    except IntegrityError:
        # The same form came in twice at the same moment, and the other one won.
        session.rollback()
        if (first := _created_before(key, author_id)) is None:
            raise
        return first
    return post


def revise(post: Post, *, title: str, body: str, public: bool) -> None:
    """Change the text of a post, and whether everyone may read it.

    :raises LimitReachedError: if it is to become public, and the plan doesn't allow
        it. Nothing is changed then.
    """
    if public and not post.is_published:
        _check_limit(post.author_id)
    post.title = title
    post.body = body
    # Rendered here, once, and not each time that somebody reads it.
    post.body_html = text.render(body)
    post.excerpt = text.excerpt(post.body_html)
    if public and not post.is_published:
        _publish(post)
    elif post.is_published and not public:
        _unpublish(post)
    session.add(post)
    session.commit()


def delete(post: Post) -> None:
    """Delete a post, as its author wishes."""
    _delete(post)
    session.commit()


def remove(post: Post) -> None:
    """Delete a post in spite of its author, who hears of it."""
    publish(PostRemoved(post_id=post.id, author_id=post.author_id, title=post.title))
    _delete(post)
    session.commit()


def delete_all_of(author_id: int) -> None:
    """Delete everything that one author wrote; the caller commits."""
    for post in session.scalars(sa.select(Post).where(Post.author_id == author_id)):
        _delete(post)


def _created_before(key: str, author_id: int) -> Post | None:
    return session.scalar(
        sa.select(Post).where(Post.author_id == author_id, Post.idempotency_key == key)
    )


def _check_limit(author_id: int) -> None:
    """Check the plan's limit of published posts; without billing there is none."""
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
    session.flush()  # a new post gets its id
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
