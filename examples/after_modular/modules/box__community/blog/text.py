"""Markdown rendering."""

import html
import re

from markdown_it import MarkdownIt

# This preset escapes HTML in the source, and refuses links that run scripts.
_markdown = MarkdownIt("js-default")
_TAG = re.compile(r"<[^>]*>")

# What makes the parser slow, or its output many times longer than the source.
MAX_BRACKETS = 1_000
MAX_CELLS = 10_000
MAX_HTML = 200_000  # characters


class TooComplexError(ValueError):
    """A text takes too long to render, or becomes too long."""


def render(source: str) -> str:
    """Return a Markdown source as safe HTML.

    :raises TooComplexError: for brackets, tables or references without end.
    """
    pipes = [line.count("|") for line in source.splitlines() if "|" in line]
    cells = len(pipes) * max(pipes, default=0)
    if source.count("[") > MAX_BRACKETS or cells > MAX_CELLS:
        raise TooComplexError
    rendered: str = _markdown.render(source)
    if len(rendered) > MAX_HTML:
        raise TooComplexError
    return rendered


def excerpt(body_html: str, length: int = 200) -> str:
    """Return the beginning of the text of an HTML document."""
    text = " ".join(html.unescape(_TAG.sub("", body_html)).split())
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0] + "…"
