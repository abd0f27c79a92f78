"""A price for the year: a part of billing."""

from .building import Build, Edit, Feature, after

YEAR_LINE = "\n    <p>Or {{ pro_year_price | euro }} a year.</p>"
A_MONTH = '<p class="price">{{ pro_price | euro }} <small>per month</small></p>'
INTERVAL = (
    "    interval: Mapped[str] = mapped_column(\n"
    '        String(10), default="month", server_default="month"\n'
    "    )\n"
)

BEFORE = Build(
    edits=(
        after(
            "helpers.py", "PRO_PRICE = 900  # cents, EUR\n", "PRO_YEAR_PRICE = 9000\n"
        ),
        Edit("app.py", "    PRO_PRICE,\n", "    PRO_PRICE,\n    PRO_YEAR_PRICE,\n"),
        Edit(
            "app.py",
            "pro_price=PRO_PRICE\n",
            "pro_price=PRO_PRICE,\n        pro_year_price=PRO_YEAR_PRICE\n",
        ),
        Edit(
            "models.py",
            "    amount: Mapped[int]\n    status",
            f"    amount: Mapped[int]\n{INTERVAL}    status",
        ),
        after("templates/plans.html", A_MONTH, YEAR_LINE),
    ),
)

AFTER = Build(
    edits=(
        after(
            "modules/billing/plans.py",
            "PRO_PRICE = 900  # cents a month\n",
            "PRO_YEAR_PRICE = 9000  # cents\n",
        ),
        Edit(
            "modules/billing/view.py",
            "PRO, PRO_PRICE\n",
            "PRO, PRO_PRICE, PRO_YEAR_PRICE\n",
        ),
        after(
            "modules/billing/view.py",
            "        pro_price=PRO_PRICE,\n",
            "        pro_year_price=PRO_YEAR_PRICE,\n",
        ),
        Edit(
            "modules/billing/models.py",
            "    amount: Mapped[int]\n    status",
            f"    amount: Mapped[int]\n{INTERVAL}    status",
        ),
        after("modules/billing/templates/billing/plans.html", A_MONTH, YEAR_LINE),
    ),
    migration_of="billing",
)

FEATURE = Feature("year", BEFORE, AFTER, "/billing/plans", "a year.")
