"""The Atom feed."""

from collections.abc import Sequence
from hashlib import sha256

from feedgen.feed import FeedGenerator
from flask import current_app

from core.mail import external_url

from .models import Post


def atom(posts: Sequence[Post]) -> bytes:
    """Return the feed of ``posts``, the newest first."""
    feed = FeedGenerator()
    feed.id(external_url("blog.index"))
    feed.title(current_app.config["APP_NAME"])
    feed.link(href=external_url("blog.index"), rel="alternate")
    feed.link(href=external_url("blog.atom"), rel="self")
    if posts:
        feed.updated(posts[0].published_at)
    for post in posts:
        _add(feed, post)
    return feed.atom_str()


def fingerprint(posts: Sequence[Post]) -> str:
    """Return what changes when the feed of ``posts`` does; cheaper than to write it."""
    shown = [(p.id, p.title, p.author_name, p.published_at, p.body_html) for p in posts]
    return sha256(repr(shown).encode()).hexdigest()


def _add(feed: FeedGenerator, post: Post) -> None:
    url = external_url("blog.post", post_id=post.id)
    entry = feed.add_entry(order="append")
    entry.id(url)
    entry.link(href=url)
    entry.title(post.title)
    entry.author(name=post.author_name)
    entry.published(post.published_at)
    entry.updated(post.published_at)
    entry.content(post.body_html, type="html")
