"""The charts: one bar per day for the last days, including today."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import select

from kernel import has_module, utcnow
from web.filters import euro

from .models import Day, session


class Point(NamedTuple):
    """The value of one day, and its text."""

    day: date
    value: int
    shown: str


@dataclass(frozen=True)
class Series:
    """The values of one chart, oldest day first."""

    name: str
    title: str
    points: Sequence[Point]
    shown_total: str
    scale_top: int
    scale_labels: Sequence[str]


def last(days: int, *, for_admin: bool) -> list[Series]:
    """Return the charts of the last ``days`` days for an admin or a member."""
    rows = _rows(days)
    charts = []
    if has_module("blog"):
        posts = {day: row.posts for day, row in rows.items()}
        charts.append(_series("posts", "Posts per day", posts))
    if for_admin:
        signups = {day: row.signups for day, row in rows.items()}
        charts.append(_series("sign-ups", "Sign-ups per day", signups))
    if for_admin and has_module("billing"):
        revenue = {day: row.revenue for day, row in rows.items()}
        charts.append(_series("revenue", "Revenue per day", revenue, euro))
    return charts


def _rows(days: int) -> dict[date, Day]:
    """Return the row of each day; a row of zeros if nothing happened."""
    today = utcnow().date()
    wanted = [today - timedelta(days=age) for age in reversed(range(days))]
    statement = select(Day).where(Day.day.between(wanted[0], wanted[-1]))
    found = {row.day: row for row in session.scalars(statement)}
    empty = Day(signups=0, posts=0, revenue=0)
    return {day: found.get(day, empty) for day in wanted}


def _series(
    name: str,
    title: str,
    values: dict[date, int],
    show: Callable[[int], str] = str,
) -> Series:
    points = [Point(day, value, show(value)) for day, value in values.items()]
    top = scale_top(max(values.values()))
    labels = [show(value) for value in (top, top // 2, 0)]
    return Series(name, title, points, show(sum(values.values())), top, labels)


def scale_top(highest: int) -> int:
    """Return the top of the scale: an even, round number that is not below a value."""
    unit = 10 ** (len(str(max(highest, 2))) - 1)
    return next(
        top
        for top in (unit * step // 2 for step in (2, 4, 8, 12, 16, 20))
        if top >= highest and top % 2 == 0
    )
