"""The metrics on the overview page, each from the module that owns its data."""

from datetime import date
from typing import NamedTuple

from kernel import has_module
from modules.auth import api as auth
from web.filters import euro


class Metric(NamedTuple):
    """A number with a title for users, and a name for scripts and tests."""

    name: str
    title: str
    value: int | str


def site_metrics() -> list[Metric]:
    """Return the metrics, without those of modules that are not installed."""
    found = [Metric("users", "Users", auth.count_accounts())]
    if has_module("blog"):
        from modules.box__community.blog import api as blog

        posts = blog.count_all_published()
        found.append(Metric("posts", "Published posts", posts))
    if has_module("billing"):
        from modules.billing import api as billing

        active = billing.count_active_subscriptions()
        found.append(Metric("subscriptions", "Active subscriptions", active))
        paid = sum(billing.revenue_by_day(date.min).values())
        found.append(Metric("revenue", "Revenue", euro(paid)))
    return found
