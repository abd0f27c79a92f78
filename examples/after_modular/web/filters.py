"""Template filters for dates and amounts."""

from datetime import date, datetime
from functools import lru_cache

from flask import Flask, request
from markupsafe import Markup

# Pages show the same dates and icons again and again, and escaping takes time.
CACHED = 1_000


def init_app(app: Flask) -> None:
    """Register the filters, and the function that shows an icon."""
    app.jinja_env.globals["icon"] = icon
    app.add_template_filter(day)
    app.add_template_filter(plain_day)
    app.add_template_filter(euro)


@lru_cache(CACHED)
def day(moment: date | datetime) -> Markup:
    """Return a ``<time>`` element, such as ``22 Nov 2026``."""
    return Markup('<time datetime="{}">{}</time>').format(
        moment.isoformat(), plain_day(moment)
    )


def plain_day(moment: date | datetime) -> str:
    """Return a date as text, such as ``22 Nov 2026``."""
    return f"{moment.day} {moment:%b %Y}"


def euro(cents: int) -> str:
    """Return an amount of cents in euros: ``€9.00`` for 900."""
    return f"€{cents / 100:,.2f}"


def icon(name: str) -> Markup:
    """Return an icon of ``static/vendor/lucide.svg``.

    Screen readers skip it, so the text beside it has to say the same.
    """
    return _icon(request.script_root, name)


@lru_cache(CACHED)
def _icon(root: str, name: str) -> Markup:
    return Markup(
        '<svg class="icon" aria-hidden="true">'
        '<use href="{}/static/vendor/lucide.svg#{}"/></svg>'
    ).format(root, name)
