"""What holds on every page, whatever it says."""

from __future__ import annotations

import gzip
import itertools
import re
from urllib.parse import urlsplit

import pytest
from bs4 import Tag

from .conftest import MOVED, ROOT, Page

EXPECTED = {
    "404.html",
    "architecture.html",
    "blog.html",
    "blog/2026.html",
    "blog/archive.html",
    "blog/author.html",
    "blog/author/shopyo-team.html",
    "blog/category.html",
    "blog/category/engineering.html",
    "blog/tag.html",
    "blog/tag/architecture.html",
    "blog/tag/flask.html",
    "blog/tag/scaling.html",
    "blog/tag/tutorial.html",
    "capacity.html",
    "evidence.html",
    "index.html",
    "load.html",
    "modules.html",
    "posts/2026-05-28-how-to-structure-a-flask-app-that-will-scale-to-100k-users.html",
    "reference/admin.html",
    "reference/auth.html",
    "reference/billing.html",
    "reference/blog.html",
    "reference/dashboard.html",
    "reference/modules.html",
    "reference/notifications.html",
    "search.html",
    "tutorial/first-module.html",
    "usage.html",
}
LOADED = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "link": "href",
}
LINKS_THAT_LOAD = {"stylesheet", "icon", "preload", "prefetch", "modulepreload"}
LARGEST_PAGE = 60_000


def loaded(page: Page) -> list[str]:
    """Return the URLs that a browser loads to show *page*."""
    urls = []
    for tag in page.soup.find_all(list(LOADED)):
        if tag.name == "link" and not LINKS_THAT_LOAD & set(tag.get("rel", [])):
            continue
        if url := tag.get(LOADED[tag.name]):
            urls.append(str(url))
    return urls


def main_text(page: Page) -> str:
    article = page.soup.find("article")
    assert isinstance(article, Tag), page.path
    return article.get_text(" ", strip=True)


def test_all_pages_are_there(pages: dict[str, Page]) -> None:
    assert set(pages) >= EXPECTED


def test_moved_pages_lead_to_their_new_address(pages: dict[str, Page]) -> None:
    for old, new in MOVED.items():
        refresh = pages[old].soup.select_one("meta[http-equiv=refresh]")
        address = str(refresh["content"]).partition("url=")[2]
        assert (pages[old].file.parent / address).resolve() == pages[new].file


def test_no_page_is_blank(pages: dict[str, Page]) -> None:
    for page in pages.values():
        assert len(main_text(page)) > 20, page.path


def test_every_page_has_one_heading_of_the_first_level(pages: dict[str, Page]) -> None:
    for page in pages.values():
        assert len(page.soup.find_all("h1")) == 1, page.path


def test_heading_levels_are_not_skipped(pages: dict[str, Page]) -> None:
    for page in pages.values():
        levels = [
            int(tag.name[1]) for tag in page.soup.find_all(re.compile("^h[1-6]$"))
        ]
        steps = itertools.pairwise(levels)
        assert all(after <= before + 1 for before, after in steps), page.path


def test_every_page_has_a_title_and_a_description_of_its_own(
    pages: dict[str, Page],
) -> None:
    titles, descriptions = [], []
    for page in pages.values():
        found = page.soup.select("meta[name=description]")
        assert len(found) == 1, page.path
        descriptions.append(str(found[0]["content"]))
        titles.append(page.soup.title.get_text())
    assert all(len(title) > 5 for title in titles)
    assert all(len(description) > 20 for description in descriptions)
    assert len(set(descriptions)) == len(descriptions)


def test_every_page_tells_its_language(pages: dict[str, Page]) -> None:
    for page in pages.values():
        assert page.soup.html["lang"] == "en", page.path


def test_nothing_is_loaded_from_elsewhere(
    pages: dict[str, Page], base_url: str
) -> None:
    for page in pages.values():
        for url in loaded(page):
            assert not urlsplit(url).netloc or url.startswith(base_url), (
                page.path,
                url,
            )


def test_stylesheets_load_nothing_from_elsewhere(pages: dict[str, Page]) -> None:
    site = pages["index.html"].site
    for file in site.rglob("*.css"):
        text = file.read_text(encoding="utf-8")
        foreign = re.findall(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//[^)'\"]+", text)
        assert not foreign, file.name


def test_first_load_is_light(pages: dict[str, Page], base_url: str) -> None:
    for page in pages.values():
        files = {page.file}
        for url in loaded(page):
            path = urlsplit(url).path
            if path.endswith("searchindex.js"):
                continue  # loaded when a reader searches, and grows with the site
            prefix = urlsplit(base_url).path
            if path.startswith(prefix) and page.path == "404.html":
                files.add(page.site / path.removeprefix(prefix))
            else:
                files.add((page.file.parent / path).resolve())
        size = sum(len(gzip.compress(file.read_bytes(), 6)) for file in files)
        assert size <= LARGEST_PAGE, f"{page.path} weighs {size} bytes"


def test_pages_load_only_what_they_use(pages: dict[str, Page]) -> None:
    for page in pages.values():
        body = str(page.soup.find("article"))
        names = {urlsplit(url).path.rpartition("/")[2] for url in loaded(page)}
        assert ("sphinx-design.min.css" in names) == ("sd-" in body), page.path
        assert ("copybutton.js" in names) == ("<pre" in body), page.path
        assert ("tabs.js" in names) == ("sphinx-tabs" in body), page.path


def test_what_scrolls_is_reachable_by_keyboard(pages: dict[str, Page]) -> None:
    for page in pages.values():
        for block in page.soup.select("div.highlight pre, .table-wrapper"):
            assert block.get("tabindex") == "0", page.path


def test_side_columns_have_names(pages: dict[str, Page]) -> None:
    for page in pages.values():
        names = [aside.get("aria-label") for aside in page.soup.find_all("aside")]
        assert all(names), page.path
        assert len(set(names)) == len(names), page.path


def test_ids_are_unique(pages: dict[str, Page]) -> None:
    for page in pages.values():
        ids = [tag["id"] for tag in page.soup.find_all(id=True)]
        assert sorted(set(ids)) == sorted(ids), page.path


def test_pages_that_lead_nowhere_are_not_indexed(pages: dict[str, Page]) -> None:
    hidden = {"404.html", "search.html", *MOVED}
    noindex = "meta[name=robots][content=noindex]"
    assert {path for path, page in pages.items() if page.soup.select(noindex)} == hidden


@pytest.mark.parametrize("path", ["index.html", "404.html"])
def test_favicon_is_there(pages: dict[str, Page], path: str) -> None:
    assert pages[path].soup.select_one("link[rel~=icon]") is not None


def test_no_page_or_feed_shows_a_path_of_the_machine(pages: dict[str, Page]) -> None:
    site = pages["index.html"].site
    for file in site.rglob("*"):
        if file.suffix in {".html", ".xml", ".js", ".json", ".txt"}:
            assert str(ROOT) not in file.read_text(encoding="utf-8"), file.name
