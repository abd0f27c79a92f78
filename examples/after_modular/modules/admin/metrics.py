"""The metrics on the overview page, each from the module that owns its data."""

from datetime import date

from kernel import has_module
from modules.auth import api as auth
from web.filters import euro


def site_metrics() -> dict[str, tuple[str, object]]:
    """Return the metrics: the label and the value of each, by name.

    The metrics of a module that is not installed are left out.
    """
    found: dict[str, tuple[str, object]] = {"users": ("Users", auth.count_accounts())}
    if has_module("blog"):
        from modules.box__community.blog import api as blog

        found["posts"] = ("Posts", blog.count_all_published())
    if has_module("billing"):
        from modules.billing import api as billing

        paid = sum(billing.revenue_by_day(date.min).values())
        active = billing.count_active_subscriptions()
        found["subscriptions"] = ("Active subscriptions", active)
        found["revenue"] = ("Revenue", euro(paid))
    return found
