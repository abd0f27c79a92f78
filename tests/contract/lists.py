"""Lists that are cut into pages."""

from __future__ import annotations


def walk(page):
    """Follow rel=next to the end; return the ids of each page."""
    pages = []
    while page is not None:
        pages.append([*page.expect(200).items])
        assert len(pages) < 100, "expected the list to end"
        page = page.older()
    return pages


def complete(pages, size, total):
    """Check that the pages are full and that no item is lost or shown twice."""
    sizes = [len(page) for page in pages]
    whole = [size] * (total // size) + ([total % size] if total % size else [])
    assert sizes == whole, f"expected pages of {whole}, got {sizes}"
    ids = [id for page in pages for id in page]
    assert len(set(ids)) == total, f"expected {total} different items"
