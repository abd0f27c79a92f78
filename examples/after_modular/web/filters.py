"""Template filters: how dates and money look everywhere on the site."""

from datetime import date, datetime

from flask import Flask
from markupsafe import Markup


def init_app(app: Flask) -> None:
    """Give the filters to every template."""
    app.add_template_filter(day)
    app.add_template_filter(euro)


def day(moment: date | datetime) -> Markup:
    """Show a day: ``22 Nov 2026``, with the exact moment for machines."""
    shown = f"{moment.day} {moment:%b %Y}"
    return Markup(f'<time datetime="{moment.isoformat()}">{shown}</time>')


def euro(cents: int) -> str:
    """Show an amount in euros: ``€9.00`` for 900 cents."""
    return f"€{cents / 100:,.2f}"
