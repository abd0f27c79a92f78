"""Dates that the pages show, and those of the months that are paid."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime

from .people import Person

MONTHS = [*calendar.month_abbr]


def in_a_month(day: date) -> date:
    """Return the same day of the next month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def shown_date(text: str) -> date:
    """Read a date such as “5 Nov 2026” in a text."""
    found = re.search(r"(\d{1,2}) ([A-Z][a-z]{2}) (\d{4})", text)
    assert found, f"expected a date such as “5 Nov 2026” in “{text}”"
    return date(int(found[3]), MONTHS.index(found[2]), int(found[1]))


def today() -> date:
    return datetime.now(UTC).date()


def period_end(person: Person) -> date:
    """Cancel somebody's subscription; return the day on which it will end."""
    page = person.get("/billing/").form("/billing/cancel").submit()
    return shown_date(page.to("/billing/").follow().one("p.flash").text)
