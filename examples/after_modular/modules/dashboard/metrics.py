"""The metrics at the top of the page: those of the user, and those of the site."""

from typing import NamedTuple

from sqlalchemy import func, select

from kernel import has_module, utcnow
from web.filters import euro

from .models import Day, session


class Metric(NamedTuple):
    """A number with a title for users, and a name for scripts and tests."""

    name: str
    title: str
    value: int | str


def user_metrics(user_id: int) -> list[Metric]:
    """Return the metrics of one user."""
    metrics = []
    if has_module("blog"):
        from modules.box__community.blog import api as blog

        published = blog.count_published(user_id)
        metrics.append(Metric("my-posts", "Your published posts", published))
    if has_module("notifications"):
        from modules.box__community.notifications import api as notifications

        unread = notifications.count_unread(user_id)
        metrics.append(Metric("unread", "Unread notifications", unread))
    if has_module("billing"):
        from modules.billing import api as billing

        plan = billing.plan_of(user_id).capitalize()
        metrics.append(Metric("plan", "Your plan", plan))
    return metrics


def site_metrics() -> list[Metric]:
    """Return the metrics of the site that every member sees."""
    members, posts = session.execute(
        select(
            func.coalesce(func.sum(Day.signups), 0),
            func.coalesce(func.sum(Day.posts), 0),
        )
    ).one()
    metrics = [Metric("members", "Members", members)]
    if has_module("blog"):
        metrics.append(Metric("posts", "Published posts", posts))
    return metrics


def admin_metrics() -> list[Metric]:
    """Return the metrics of the site that only admins see."""
    if not has_module("billing"):
        return []
    first = utcnow().date().replace(day=1)
    paid = select(func.coalesce(func.sum(Day.revenue), 0)).where(Day.day >= first)
    return [Metric("revenue", "Revenue this month", euro(session.scalar(paid) or 0))]
