"""The figures at the top of the page: the reader's own, and those of the site."""

from typing import NamedTuple

from sqlalchemy import func, select

from kernel import has_module, utcnow
from web.filters import euro

from .models import Day, session


class Figure(NamedTuple):
    """A number with its title; ``name`` is for machines."""

    name: str
    title: str
    value: int | str


def own(user_id: int) -> list[Figure]:
    """Return the figures about one person."""
    figures = []
    if has_module("blog"):
        from modules.box__community.blog import api as blog

        written = blog.count_published(user_id)
        figures.append(Figure("my-posts", "Your published posts", written))
    if has_module("notifications"):
        from modules.box__community.notifications import api as notifications

        unread = notifications.count_unread(user_id)
        figures.append(Figure("unread", "Unread notifications", unread))
    if has_module("billing"):
        from modules.billing import api as billing

        plan = billing.plan_of(user_id).capitalize()
        figures.append(Figure("plan", "Your plan", plan))
    return figures


def of_the_site() -> list[Figure]:
    """Return the figures that every member sees."""
    members, posts = session.execute(
        select(
            func.coalesce(func.sum(Day.signups), 0),
            func.coalesce(func.sum(Day.posts), 0),
        )
    ).one()
    figures = [Figure("members", "Members", members)]
    if has_module("blog"):
        figures.append(Figure("posts", "Published posts", posts))
    return figures


def of_the_business() -> list[Figure]:
    """Return the figures that only admins see."""
    if not has_module("billing"):
        return []
    first = utcnow().date().replace(day=1)
    paid = select(func.coalesce(func.sum(Day.revenue), 0)).where(Day.day >= first)
    return [Figure("revenue", "Revenue this month", euro(session.scalar(paid) or 0))]
