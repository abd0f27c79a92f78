"""The projection: a read model of other modules' data, in the form the page needs."""

from collections.abc import Mapping
from datetime import date
from uuid import uuid4

from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError

from kernel import has_module
from modules.auth import api as auth

from .models import Day, Version, session


def add(day: date, *, signups: int = 0, posts: int = 0, revenue: int = 0) -> None:
    """Add to the numbers of a day; a negative number subtracts. The caller commits.

    :param revenue: an amount in cents.
    """
    _ensure_row(day)
    # The database adds, so that no concurrent update is lost.
    session.execute(
        update(Day)
        .where(Day.day == day)
        .values(
            signups=Day.signups + signups,
            posts=Day.posts + posts,
            revenue=Day.revenue + revenue,
        )
    )
    _change_version()


def rebuild() -> int:
    """Rebuild all days from the data of the other modules; return how many there are.

    Events that are delivered meanwhile may be counted twice or not at all, so do this
    at a time with little traffic.
    """
    signups = auth.signups_by_day(date.min)
    posts = _posts_by_day()
    revenue = _revenue_by_day()
    days = sorted({*signups, *posts, *revenue})
    session.execute(delete(Day))
    if days:
        session.execute(
            insert(Day),
            [
                {
                    "day": day,
                    "signups": signups.get(day, 0),
                    "posts": posts.get(day, 0),
                    "revenue": revenue.get(day, 0),
                }
                for day in days
            ],
        )
    _change_version()
    session.commit()
    return len(days)


def _ensure_row(day: date) -> None:
    if session.get(Day, day) is None:
        try:
            with session.begin_nested():
                session.add(Day(day=day))
        except IntegrityError:
            pass  # a concurrent event of this day has added the row


def _change_version() -> None:
    session.execute(update(Version).values(name=uuid4().hex))


def _posts_by_day() -> Mapping[date, int]:
    if not has_module("blog"):
        return {}
    from modules.box__community.blog import api as blog

    return blog.posts_by_day(date.min)


def _revenue_by_day() -> Mapping[date, int]:
    if not has_module("billing"):
        return {}
    from modules.billing import api as billing

    return billing.revenue_by_day(date.min)
