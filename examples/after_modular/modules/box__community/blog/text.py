"""Markdown: what an author writes, and what readers get."""

import html
import re

from markdown_it import MarkdownIt

# HTML in the source is shown as text, and a link can't run a script.
_markdown = MarkdownIt("js-default")
_TAG = re.compile(r"<[^>]*>")


def render(source: str) -> str:
    """Return the safe HTML of a Markdown source."""
    return _markdown.render(source)


def excerpt(body_html: str, length: int = 200) -> str:
    """Return the beginning of a rendered text, without its markup."""
    text = " ".join(html.unescape(_TAG.sub("", body_html)).split())
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0] + "…"
