"""The Atom feed."""

import html
from collections.abc import Sequence
from hashlib import sha256

from feedgenerator import Atom1Feed
from flask import current_app

from web.mail import external_url

from .models import Post

MAX_CONTENT = 50_000  # characters of a post


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
            content=_content(post),
            author_name=post.author_name,
            pubdate=post.published_at,
        )
    return str(feed.writeString("utf-8"))


def _content(post: Post) -> str:
    """Return the whole post, or the excerpt of a long one: readers poll the feed."""
    if len(post.body_html) <= MAX_CONTENT:
        return post.body_html
    return html.escape(post.excerpt)


def etag(posts: Sequence[Post]) -> str:
    """Return the feed's ETag, which is faster to compute than the feed."""
    shown = [(p.id, p.title, p.author_name, p.published_at, p.body_html) for p in posts]
    return sha256(repr(shown).encode()).hexdigest()
