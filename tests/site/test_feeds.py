"""The Atom feeds and the sitemap, as programs read them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from .conftest import MOVED, Page

ATOM = {"a": "http://www.w3.org/2005/Atom"}
SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
HIDDEN = {"404.html", "search.html", *MOVED}


@pytest.fixture
def feeds(site: Path) -> dict[str, ElementTree.Element]:
    """Every feed, by its path."""
    files = site.rglob("atom.xml")
    return {
        file.relative_to(site).as_posix(): ElementTree.parse(file).getroot()
        for file in files
    }


def test_blog_and_every_archive_have_a_feed(
    feeds: dict[str, ElementTree.Element],
) -> None:
    assert {
        "blog/atom.xml",
        "blog/2026/atom.xml",
        "blog/tag/flask/atom.xml",
        "blog/category/engineering/atom.xml",
        "blog/author/shopyo-team/atom.xml",
    } <= set(feeds)


def test_feeds_have_what_atom_requires(feeds: dict[str, ElementTree.Element]) -> None:
    for path, feed in feeds.items():
        entries = feed.findall("a:entry", ATOM)
        assert entries, path
        for part in [feed, *entries]:
            for name in ("id", "title", "updated"):
                assert part.findtext(f"a:{name}", namespaces=ATOM), (path, name)
        for entry in entries:
            assert entry.findtext("a:author/a:name", namespaces=ATOM), path
            assert len(entry.findtext("a:content", namespaces=ATOM) or "") > 500, path


def test_feed_is_as_new_as_its_newest_entry(
    feeds: dict[str, ElementTree.Element],
) -> None:
    for feed in feeds.values():
        entries = feed.findall("a:entry/a:updated", ATOM)
        newest = max(datetime.fromisoformat(entry.text or "") for entry in entries)
        updated = feed.findtext("a:updated", "", ATOM)
        assert datetime.fromisoformat(updated) == newest


def test_every_link_in_a_feed_is_absolute_and_resolves(
    feeds: dict[str, ElementTree.Element],
    site: Path,
    pages: dict[str, Page],
    base_url: str,
) -> None:
    for path, feed in feeds.items():
        for link in feed.iterfind(".//a:link", ATOM):
            assert link.attrib["href"].startswith(base_url), path
        for content in feed.findall("a:entry/a:content", ATOM):
            soup = BeautifulSoup(content.text or "", "html.parser")
            urls = [tag["href"] for tag in soup.find_all(href=True)]
            urls += [tag["src"] for tag in soup.find_all(src=True)]
            for url in urls:
                assert urlsplit(url).scheme in {"http", "https", "mailto"}, (path, url)
                if url.startswith(base_url):
                    inside = urlsplit(url.removeprefix(base_url))
                    target = inside.path or "index.html"
                    assert (site / target).is_file(), (path, url)
                    if anchor := inside.fragment:
                        assert pages[target].soup.find(id=anchor), (path, url)


def test_pages_announce_a_feed_that_exists(pages: dict[str, Page]) -> None:
    for path in set(pages) - set(MOVED):
        page = pages[path]
        link = page.soup.select_one("link[type='application/atom+xml']")
        assert link is not None, page.path
        if page.path != "404.html":
            assert (page.file.parent / str(link["href"])).resolve().is_file(), page.path


def test_sitemap_lists_each_page_once(
    site: Path, pages: dict[str, Page], base_url: str
) -> None:
    sitemap = ElementTree.parse(site / "sitemap.xml").getroot()
    found = [location.text for location in sitemap.findall("s:url/s:loc", SITEMAP)]
    assert found == sorted(base_url + path for path in set(pages) - HIDDEN)
