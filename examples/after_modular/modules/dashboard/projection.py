"""The projection: other modules' facts, copied into the shape the page reads."""

from collections.abc import Mapping
from datetime import date
from uuid import uuid4

from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError

from kernel import has_module
from modules.auth import api as auth

from .models import Day, Version, session


def add(day: date, *, signups: int = 0, posts: int = 0, revenue: int = 0) -> None:
    """Add to what a day has brought; a negative number takes away.

    The caller commits.
    """
    _ensure_row(day)
    # The database adds: of two events at the same moment both count.
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
    """Write all days anew from what the other modules know; return how many.

    Do it in a quiet moment: what happens meanwhile may be counted twice, or not.
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
            pass  # another event of this day was faster


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
