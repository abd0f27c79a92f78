"""The figures on the front page: each one from the module that knows it."""

from datetime import date

from kernel import has_module
from modules.auth import api as auth
from web.filters import euro

SINCE_EVER = date(1970, 1, 1)


def figures() -> dict[str, tuple[str, object]]:
    """Return the figures: a name for each, its label and its value.

    What an absent module would know is left out.
    """
    found: dict[str, tuple[str, object]] = {"users": ("Users", auth.count_accounts())}
    if has_module("blog"):
        from modules.box__community.blog import api as blog

        found["posts"] = ("Posts", blog.count_all_published())
    if has_module("billing"):
        from modules.billing import api as billing

        paid = sum(billing.revenue_by_day(SINCE_EVER).values())
        active = billing.count_active_subscriptions()
        found["subscriptions"] = ("Active subscriptions", active)
        found["revenue"] = ("Revenue", euro(paid))
    return found
