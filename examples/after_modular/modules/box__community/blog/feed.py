"""The Atom feed."""

from collections.abc import Sequence
from hashlib import sha256

from feedgenerator import Atom1Feed
from flask import current_app

from web.mail import external_url

from .models import Post


def atom(posts: Sequence[Post]) -> str:
    """Return the feed as XML.

    :param posts: newest first.
    """
    feed = Atom1Feed(
        title=current_app.config["APP_NAME"],
        link=external_url("blog.index"),
        description=None,
        feed_url=external_url("blog.atom"),
    )
    for post in posts:
        url = external_url("blog.post", post_id=post.id)
        feed.add_item(
            title=post.title,
            link=url,
            unique_id=url,
            description=None,
            content=post.body_html,
            author_name=post.author_name,
            pubdate=post.published_at,
        )
    return str(feed.writeString("utf-8"))


def etag(posts: Sequence[Post]) -> str:
    """Return the feed's ETag, which is faster to compute than the feed."""
    shown = [(p.id, p.title, p.author_name, p.published_at, p.body_html) for p in posts]
    return sha256(repr(shown).encode()).hexdigest()
