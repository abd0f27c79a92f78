"""The report: what everybody sees alike, made anew when the days have changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from flask import Flask, current_app, render_template
from markupsafe import Markup
from sqlalchemy import select

from core.database import utcnow

from . import charts, figures
from .models import Version, session

EXTENSION = "dashboard_reports"
KEPT = 32
VERSION = select(Version.__table__.c.name)


@dataclass(frozen=True)
class Report:
    """The figures of the site, and its charts as they stand on the page."""

    figures: Sequence[figures.Figure]
    charts: Markup


def init_app(app: Flask) -> None:
    """Keep the reports that the app made last.

    Each process keeps its own. That shows nobody an old one: which version there is
    now, the database says each time.
    """
    app.extensions[EXTENSION] = lru_cache(KEPT)(_make)


def present(days: int, *, for_admin: bool) -> Report:
    """Return the report of the last ``days`` days that the reader may see."""
    version = session.scalars(VERSION).one()
    report: Report = current_app.extensions[EXTENSION](
        version, utcnow().date(), days, for_admin
    )
    return report


def _make(version: str, today: date, days: int, for_admin: bool) -> Report:
    shown = figures.of_the_site()
    if for_admin:
        shown += figures.of_the_business()
    drawn = render_template(
        "dashboard/charts.html", charts=charts.last(days, for_admin=for_admin)
    )
    return Report(shown, Markup(drawn))  # noqa: S704 - its template escapes
