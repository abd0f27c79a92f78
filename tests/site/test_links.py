"""Every link inside the site leads somewhere."""

from __future__ import annotations

from urllib.parse import unquote, urljoin, urlsplit

from .conftest import Page


def target(page: Page, href: str, base_url: str) -> tuple[str, str] | None:
    """Return path and anchor of an internal link, None for one that leaves."""
    url = urlsplit(urljoin(base_url + page.path, href))
    base = urlsplit(base_url)
    if url.netloc != base.netloc or url.scheme != base.scheme:
        return None
    return unquote(url.path).removeprefix(base.path) or "index.html", url.fragment


def test_internal_links_and_anchors_resolve(
    pages: dict[str, Page], base_url: str
) -> None:
    broken = []
    checked = 0
    for page in pages.values():
        for link in page.soup.find_all("a", href=True):
            found = target(page, link["href"], base_url)
            if found is None or (found[0] == page.path and found[1] == ""):
                continue
            path, anchor = found
            checked += 1
            if not (page.site / path).is_file():
                broken.append(f"{page.path} -> {path}")
            elif anchor and not pages[path].soup.find(id=anchor):
                broken.append(f"{page.path} -> {path}#{anchor}")
    assert not broken
    assert checked > 100


def test_external_links_are_encrypted(pages: dict[str, Page], base_url: str) -> None:
    own_machine = ("http://127.0.0.1", "http://localhost", base_url)
    for page in pages.values():
        for link in page.soup.find_all("a", href=True):
            href = str(link["href"])
            assert not href.startswith("http://") or href.startswith(own_machine), href
