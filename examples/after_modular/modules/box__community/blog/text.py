"""Markdown rendering."""

import html
import re

from markdown_it import MarkdownIt

# This preset escapes HTML in the source, and refuses links that run scripts.
_markdown = MarkdownIt("js-default")
_TAG = re.compile(r"<[^>]*>")


def render(source: str) -> str:
    """Return a Markdown source as safe HTML."""
    rendered: str = _markdown.render(source)
    return rendered


def excerpt(body_html: str, length: int = 200) -> str:
    """Return the beginning of the text of an HTML document."""
    text = " ".join(html.unescape(_TAG.sub("", body_html)).split())
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0] + "…"
