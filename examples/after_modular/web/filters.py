"""Template filters for dates and amounts."""

from datetime import date, datetime

from flask import Flask
from markupsafe import Markup


def init_app(app: Flask) -> None:
    """Register the filters."""
    app.add_template_filter(day)
    app.add_template_filter(euro)


def day(moment: date | datetime) -> Markup:
    """Return a ``<time>`` element, such as ``22 Nov 2026``."""
    shown = f"{moment.day} {moment:%b %Y}"
    element = Markup('<time datetime="{}">{}</time>')
    return element.format(moment.isoformat(), shown)


def euro(cents: int) -> str:
    """Return an amount of cents in euros: ``€9.00`` for 900."""
    return f"€{cents / 100:,.2f}"
