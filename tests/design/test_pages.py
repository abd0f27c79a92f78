"""Both apps show the same pages: the same words, roles, order and layout."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from .sites import Scheme, find_browser, launch, serve, visit

pytestmark = pytest.mark.skipif(not find_browser(), reason="needs Chromium")

PUBLIC = ("/", "/blog/", "/billing/plans", "/auth/login", "/auth/register", "/nowhere")
MEMBERS = (
    *("/", "/dashboard/", "/blog/", "/blog/1", "/blog/mine", "/blog/new"),
    *("/notifications/", "/notifications/preferences", "/billing/", "/billing/plans"),
    *("/auth/account", "/auth/account/password", "/auth/account/delete"),
    *("/admin/users", "/admin/users/2", "/admin/data/", "/admin/data/users/"),
    *("/admin/data/posts/", "/admin/data/notifications/", "/admin/data/users/2"),
)
# The apps differ on purpose on these pages: the modular app also shows its event
# deliveries and modules, and an invoice's time of payment.
DIFFERENT = ("/admin/", "/admin/status", "/admin/data/invoices/")
VIEWS: tuple[tuple[int, Scheme], ...] = (
    *((1440, "light"), (1440, "dark")),
    *((390, "light"), (390, "dark")),
)
# Lists go on by number in the monolith and by cursor in the modular app.
PAGINATION = re.compile(r".*\?(?:page|before)=.*\n")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the browser."""
    with launch() as started:
        yield started


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Serve both apps."""
    folder: Path = tmp_path_factory.mktemp("design")
    with serve("before", folder) as before, serve("after", folder) as after:
        yield before, after


def describe(page: Page, url: str) -> str:
    """Return the accessibility tree of a page and the places of its main parts."""
    page.goto(url)
    tree = page.locator("body").aria_snapshot()
    boxes = page.evaluate(
        "[...document.querySelectorAll('h1, h2, button, th, td, dd, main, input')]"
        ".map(e => e.getBoundingClientRect())"
        ".map(r => [r.x, r.y, r.width, r.height].map(Math.round).join(' ')).join('\\n')"
    )
    return f"{PAGINATION.sub('', tree)}\n{boxes}"


@pytest.mark.parametrize("log_in", [False, True], ids=["public", "admin"])
@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_the_pages_are_the_same(
    browser: Browser,
    addresses: tuple[str, str],
    width: int,
    scheme: Scheme,
    log_in: bool,
) -> None:
    windows = [
        visit(browser, address, width=width, scheme=scheme, log_in=log_in)
        for address in addresses
    ]
    for path in MEMBERS if log_in else PUBLIC:
        before, after = (
            describe(window, f"{address}{path}")
            for window, address in zip(windows, addresses, strict=True)
        )
        assert after == before, path
    for window in windows:
        window.context.close()


@pytest.mark.parametrize("path", sorted({*PUBLIC, *MEMBERS, *DIFFERENT}))
def test_no_page_scrolls_sideways_at_320_pixels(
    browser: Browser, addresses: tuple[str, str], path: str
) -> None:
    for address in addresses:
        page = visit(browser, address, width=320, scheme="light", log_in=False)
        page.goto(f"{address}{path}")
        width = page.evaluate("document.documentElement.scrollWidth")
        page.context.close()
        assert width <= 320
