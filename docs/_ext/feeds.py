"""Correct the Atom feeds that ABlog writes.

Their full text links relative to the page, which a feed reader cannot follow; they
claim to be updated at build time, and their dates depend on the machine's time zone.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin
from xml.etree import ElementTree

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

ATOM = "{http://www.w3.org/2005/Atom}"
LINK = re.compile(r'(?P<attribute>\b(?:href|src))="(?P<target>[^"]*)"')


def absolute_links(html: str, page: str, post: str) -> str:
    """Return *html* with every link absolute.

    ABlog renders a post as if it stood on *page*; only a bare fragment refers to
    the *post* itself.
    """

    def replace(link: re.Match[str]) -> str:
        target = link["target"]
        base = post if target.startswith("#") else page
        return f'{link["attribute"]}="{urljoin(base, target)}"'

    return LINK.sub(replace, html)


def correct_feed(file: Path, page: str) -> None:
    """Rewrite the feed *file*, whose posts were rendered as if on the URL *page*."""
    ElementTree.register_namespace("", ATOM.strip("{}"))
    feed = ElementTree.parse(file)
    entries = feed.getroot().findall(f"{ATOM}entry")
    for entry in entries:
        for name in ("published", "updated"):
            date = _child(entry, name)
            date.text = f"{(date.text or '')[:10]}T00:00:00+00:00"
        content = _child(entry, "content")
        post = _child(entry, "id").text or page
        content.text = absolute_links(content.text or "", page, post)
    newest = max(_child(entry, "updated").text or "" for entry in entries)
    _child(feed.getroot(), "updated").text = newest
    feed.write(file, encoding="utf-8", xml_declaration=True)


def _child(parent: ElementTree.Element, name: str) -> ElementTree.Element:
    found = parent.find(f"{ATOM}{name}")
    if found is None:
        raise ValueError(f"The feed lacks <{name}>.")
    return found


def _correct_feeds(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.format == "html":
        outdir = Path(app.outdir)
        for file in sorted(outdir.rglob("atom.xml")):
            pagename = file.parent.relative_to(outdir).as_posix()
            page = app.config.html_baseurl + app.builder.get_target_uri(pagename)
            correct_feed(file, page)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the correction."""
    app.connect("build-finished", _correct_feeds)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
