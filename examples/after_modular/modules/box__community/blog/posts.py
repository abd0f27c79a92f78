"""Create, revise and delete posts, and publish the events about it."""

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from kernel import has_module, publish, utcnow

from . import text
from .events import PostPublished, PostRemoved, PostUnpublished
from .models import Post, session
from .service import count_published

LIMIT_LOCK = 1  # the first key of the advisory lock; the second is the author's id


class LimitReachedError(Exception):
    """The author's plan does not allow another published post."""


class DeletedError(Exception):
    """A parallel request has deleted the post."""


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
    :raises DeletedError: if a parallel request has deleted the post.
    """
    limit = _post_limit(post.author_id) if public else None
    if post.id and not _lock(post):
        raise DeletedError
    post.title = title
    post.body = body
    # Rendered once here, not each time that the post is read.
    post.body_html = text.render(body)
    post.excerpt = text.excerpt(post.body_html)
    if public and not post.is_published:
        _publish(post)
        _check_limit(post.author_id, limit)
    elif post.is_published and not public:
        _unpublish(post)
    session.add(post)
    session.commit()


def delete(post: Post) -> None:
    """Delete a post on behalf of its author."""
    if _lock(post):
        _delete(post)
    session.commit()


def remove(post: Post) -> None:
    """Delete a post as an admin; the event lets other modules notify the author."""
    if _lock(post):
        publish(
            PostRemoved(post_id=post.id, author_id=post.author_id, title=post.title)
        )
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


def _lock(post: Post) -> bool:
    """Lock a post until the commit, and read it again; ``False`` if it is gone.

    An update that changes nothing locks the row on PostgreSQL, and the database on
    SQLite.
    """
    same = sa.update(Post).where(Post.id == post.id).values(id=Post.id)
    found = session.scalar(
        same.returning(Post.id).execution_options(synchronize_session=False)
    )
    if found:
        session.refresh(post)
    return found is not None


def _post_limit(author_id: int) -> int | None:
    """Return how many posts the author's plan allows; without billing, any number."""
    if not has_module("billing"):
        return None
    from modules.billing import api as billing

    return billing.post_limit(author_id)


def _check_limit(author_id: int, limit: int | None) -> None:
    """Check the limit after the post was published in this transaction.

    One transaction at a time counts the posts of an author.
    """
    if limit is None:
        return
    if session.connection().dialect.name == "postgresql":  # SQLite has one writer
        lock = sa.func.pg_advisory_xact_lock(LIMIT_LOCK, author_id)
        session.execute(sa.select(lock))
    if count_published(author_id) > limit:
        session.rollback()
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
