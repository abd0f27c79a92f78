"""Each rule has a breakage that it alone reports, and the app keeps all rules."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from kernel.boundaries.rules import RULES
from kernel.boundaries.violation import CODES

from .conftest import ROOT, flask

BILLING = "modules/billing/subscriptions.py"
BILLING_VIEW = "modules/billing/view.py"
DASHBOARD = "modules/dashboard"
BLOG = "modules/box__community/blog"


class Breakage(NamedTuple):
    """A line that is added at the end of a file, or in place of another one."""

    file: str
    line: str
    instead_of: str = ""

    def apply(self, copy: Path) -> int:
        """Break the copy; return the number of the line."""
        path = copy / self.file
        text = path.read_text("utf-8") if path.exists() else ""
        if self.instead_of:
            assert text.count(self.instead_of) == 1, self.instead_of
            text = text.replace(self.instead_of, self.line)
        else:
            text += f"\n\n{self.line}\n"
        path.write_text(text, "utf-8")
        return text.partition(self.line)[0].count("\n") + 1


BREAKAGES = {
    "kernel": Breakage("web/filters.py", "from modules.auth import api"),
    "imports": Breakage(BILLING, "from modules.auth.models import User"),
    "interfaces": Breakage(BILLING_VIEW, "from modules.auth.api import Page"),
    "declared": Breakage(
        f"{DASHBOARD}/__init__.py",
        '    uses=("admin", "billing", "blog", "notifications"),',
        '    uses=("billing", "blog", "notifications"),',
    ),
    "boxes": Breakage(
        f"{DASHBOARD}/__init__.py",
        '    depends_on=("auth", "blog"),',
        '    depends_on=("auth",),',
    ),
    "cycles": Breakage("kernel/events.py", "from .loader import load_modules"),
    "templates": Breakage(
        "modules/billing/templates/billing/plans.html",
        '{% include "auth/login.html" %}',
    ),
    "endpoints": Breakage(BILLING_VIEW, 'BLOG = lambda: url_for("blog.index")'),
    "tables": Breakage(BILLING, 'NAMES = "SELECT name FROM auth_user"'),
    "settings": Breakage(
        BILLING_VIEW, 'def limit(app): return app.config["LOGIN_LIMIT"]'
    ),
    "hooks": Breakage(BILLING_VIEW, "def count(app): app.before_request(str)"),
    "names": Breakage(f"{BLOG}/events.py", "class PostPublished(PostPublished): ..."),
    "events": Breakage(f"{BLOG}/listeners.py", "class Mine(UserDeleted): ..."),
    "state": Breakage(BILLING_VIEW, "def rename(): current_user.name = 'Ada'"),
}


def test_the_app_keeps_all_rules() -> None:
    assert flask(ROOT, "modules", "check") == (
        0,
        [f"{len(RULES)} rules hold in 6 modules."],
    )


def test_each_rule_has_a_breakage_and_a_code() -> None:
    assert len(RULES) == 14
    assert BREAKAGES.keys() == RULES.keys()
    assert CODES.keys() == RULES.keys() | {"baseline"}
    assert len(set(CODES.values())) == len(CODES)


@pytest.mark.parametrize("rule", BREAKAGES)
def test_a_rule_alone_reports_its_breakage(copy: Path, rule: str) -> None:
    breakage = BREAKAGES[rule]
    number = breakage.apply(copy)
    if rule == "boxes":  # the module is declared once
        Breakage(
            breakage.file,
            '    uses=("billing", "notifications"),',
            '    uses=("billing", "blog", "notifications"),',
        ).apply(copy)
    code, lines = flask(copy, "modules", "check")
    assert code == 1
    place = rf"{breakage.file}:{number}"
    if rule in ("boxes", "cycles"):  # reported at the imports that cause it
        place = r"[\w/]+\.py:\d+"
    pattern = rf"{place}: {rule}: .+\. .+\. \(errors/{CODES[rule]}\)$"
    assert [line for line in lines if not re.match(pattern, line)] == []
    assert lines
