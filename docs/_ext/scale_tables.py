"""Tables of ``docs/_data/scale.json``: the pages before and after each fix."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from docutils import nodes

from _ext.tables import table

Record = dict[str, Any]
PAGES = {
    "dashboard": "Dashboard",
    "admin dashboard": "Dashboard of an admin",
    "blog": "Blog, first page",
    "blog, far down": "Blog, far down",
    "post": "A post",
    "account": "Account",
    "notifications": "Notifications",
    "billing": "Subscription and invoices",
    "admin users": "Admin: users",
    "admin users, far down": "Admin: users, far down",
    "admin users, search": "Admin: users, search",
}


def pages(record: Record) -> nodes.table:
    """Return the CPU time of each page in both apps, and the ratio of the two."""
    return table(
        ["Page", "Before, ms", "After, ms", "Before / after"],
        (
            [title, *_before_and_after(record["pages"][page])]
            for page, title in PAGES.items()
        ),
    )


def _before_and_after(page: Record) -> list[str]:
    before, after = page["before"], page["after"]
    return [f"{before:g}", f"{after:g}", f"{before / after:.1f}"]


TABLES: dict[str, Callable[[Record], nodes.table]] = {"pages": pages}
