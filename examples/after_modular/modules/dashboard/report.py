"""The report: the part of the page that is the same for all members, cached.

Each process caches the reports it rendered last. The key holds the version of the read
model, which is read from the database for every request, so no report is stale.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from flask import current_app, render_template
from markupsafe import Markup
from sqlalchemy import select

from kernel import utcnow

from . import charts, metrics
from .models import Version, session

CACHE = "dashboard_reports"
CACHE_SIZE = 32
VERSION = select(Version.__table__.c.name)


@dataclass(frozen=True)
class Report:
    """The metrics of the site, and the HTML of its charts."""

    metrics: Sequence[metrics.Metric]
    charts: Markup


def report_of(days: int, *, for_admin: bool) -> Report:
    """Return the report of the last ``days`` days for an admin or a member."""
    cached = current_app.extensions.setdefault(CACHE, lru_cache(CACHE_SIZE)(_render))
    version = session.scalars(VERSION).one()
    report: Report = cached(version, utcnow().date(), days, for_admin)
    return report


def _render(version: str, today: date, days: int, for_admin: bool) -> Report:
    shown = metrics.site_metrics()
    if for_admin:
        shown += metrics.admin_metrics()
    html = render_template(
        "dashboard/charts.html", charts=charts.last(days, for_admin=for_admin)
    )
    return Report(shown, Markup(html))  # noqa: S704 - its template escapes
