"""The rules hold here, and each one notices when it is broken.

A copy of the app is broken on purpose, and `flask modules check` is run in it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from kernel.boundaries import RULES

ROOT = Path(__file__).parents[1]
BILLING = "modules/billing/subscriptions.py"
BILLING_VIEW = "modules/billing/view.py"
BILLING_MODELS = "modules/billing/models.py"
PLANS = "modules/billing/templates/billing/plans.html"
DASHBOARD = "modules/dashboard/projection.py"
DASHBOARD_MANIFEST = "modules/dashboard/__init__.py"
DASHBOARD_VIEW = "modules/dashboard/view.py"
BLOG = "modules/box__community/blog"
MANIFEST = """\
from kernel.manifest import Module

module = Module(import_name=__name__, title="T", summary="S", {})
"""
RELATIONSHIP = """
import sqlalchemy.orm
from modules.auth.models import User

class Fan(Base):
    __tablename__ = "billing_fan"
    user_id: Mapped[int] = mapped_column(primary_key=True)
    user = sqlalchemy.orm.relationship(
        User, primaryjoin=lambda: Fan.user_id == User.id, foreign_keys=user_id
    )
"""


@dataclass(frozen=True)
class Breakage:
    """Something that is added to a file, and the line that tells of it.

    :param told: how the message starts, after the file, the line and the rule.
    :param at: a text on the line that the message names; the added one if empty.
    :param after: a text in the file that is added to; its end if empty.
    :param also: what has to be true besides, so that nothing else is wrong.
    """

    file: str
    added: str
    told: str
    at: str = ""
    after: str = ""
    also: tuple[tuple[str, str, str], ...] = ()

    def apply(self, copy: Path) -> None:
        """Break the copy."""
        for file, after, added in (*self.also, (self.file, self.after, self.added)):
            path = copy / file
            path.parent.mkdir(parents=True, exist_ok=True)
            text = path.read_text("utf-8") if path.exists() else ""
            assert after in text, (file, after)
            head, tail = text.split(after, 1) if after else (text, "")
            path.write_text(f"{head}{after}{added}{tail}", "utf-8")

    def expected(self, copy: Path, rule: str) -> str:
        """Return how the line starts that tells of it."""
        lines = (copy / self.file).read_text("utf-8").splitlines()
        at = self.at or self.added.strip().splitlines()[0]
        (number,) = (n for n, line in enumerate(lines, start=1) if at in line)
        return f"{self.file}:{number}: {rule}: {self.told}. "


BREAKAGES = {
    "kernel": Breakage(
        "web/filters.py",
        "\n\ndef author(user_id):\n    from modules.auth import api\n",
        "web imports modules.auth.api",
        at="import api",
    ),
    "imports": Breakage(
        BILLING,
        "from modules.auth.models import User\n",
        "billing imports modules.auth.models",
    ),
    "declared": Breakage(
        DASHBOARD_MANIFEST,
        '"billing", ',
        "dashboard has 'billing' in depends_on and does not use it",
        at="depends_on",
        after="depends_on=(",
    ),
    "boxes": Breakage(
        DASHBOARD,
        "import modules.box__community.blog.api\n",
        "modules.dashboard imports modules.box__community, which is a box",
        also=((DASHBOARD_MANIFEST, "depends_on=(", '"blog", '),),
    ),
    "cycles": Breakage(
        "modules/box__shop/cart/api.py",
        "import modules.box__community.blog.api\n",
        "box__shop imports modules.box__community.blog.api, and box__community "
        "depends on box__shop",
        also=(
            ("modules/box__shop/__init__.py", "", '"""A box."""\n'),
            (
                "modules/box__shop/cart/__init__.py",
                "",
                MANIFEST.format('depends_on=("blog",)'),
            ),
            ("modules/box__shop/gift/__init__.py", "", MANIFEST.format("")),
            ("modules/box__shop/gift/api.py", "", ""),
            (
                "modules/box__community/notifications/__init__.py",
                "depends_on=(",
                '"gift", ',
            ),
            (
                "modules/box__community/notifications/inbox.py",
                "from modules.auth import api as auth\n",
                "import modules.box__shop.gift.api\n",
            ),
            (
                "modules/box__community/notifications/api.py",
                "",
                "import modules.box__shop.gift.api\n",
            ),
        ),
    ),
    "templates": Breakage(
        PLANS,
        '{% include "auth/login.html" %}\n',
        "billing uses 'auth/login.html', a template of auth",
    ),
    "endpoints": Breakage(
        BILLING_VIEW,
        '\n\ndef home() -> str:\n    return url_for("blog.index")\n',
        "billing names 'blog.index', an endpoint of blog",
        at="blog.index",
    ),
    "tables": Breakage(
        BILLING_MODELS,
        '\n\nclass Coupon(Base):\n    __tablename__ = "billing_coupon"\n'
        "    user_id: Mapped[int] = mapped_column(\n"
        '        sa.ForeignKey("auth_user.id"), primary_key=True\n    )\n',
        "billing names 'auth_user', a table of auth",
        at="ForeignKey",
        also=(
            (
                BILLING_MODELS,
                "from datetime import datetime\n",
                "import sqlalchemy as sa\n",
            ),
        ),
    ),
    "settings": Breakage(
        BILLING_VIEW,
        '\n\ndef limit() -> str:\n    return request.app.config["MAIL_LIMIT"]\n',
        "billing reads 'MAIL_LIMIT', which belongs to auth",
        at="MAIL_LIMIT",
    ),
    "hooks": Breakage(
        BILLING_VIEW,
        "\n\n@blueprint.before_app_request\ndef count() -> None: ...\n",
        "billing adds before_request count to the whole app",
    ),
    "names": Breakage(
        DASHBOARD_VIEW,
        '\n\n@blueprint.cli.command("create-admin")\ndef create() -> None: ...\n',
        "dashboard and auth both have the command create-admin",
    ),
}

# The other ways to break a rule, all at once.
OTHERS = [
    ("kernel", Breakage("web/mail.py", "import tools\n", "the kernel imports tools")),
    (
        "imports",
        Breakage(
            BILLING,
            "from kernel.outbox.queue import purge\n",
            "billing imports kernel.outbox.queue",
        ),
    ),
    (
        "imports",
        Breakage(
            BILLING, "import kernel.operations\n", "billing imports kernel.operations"
        ),
    ),
    (
        "kernel",
        Breakage("kernel/events.py", "import web\n", "kernel imports web"),
    ),
    (
        "kernel",
        Breakage(
            "kernel/outbox/loop.py",
            "import kernel.operations\n",
            "kernel.outbox imports kernel.operations",
        ),
    ),
    (
        "kernel",
        Breakage(
            "web/forms.py",
            "import modules.auth\n",
            "web imports modules.auth",
        ),
    ),
    (
        "imports",
        Breakage(BILLING, "import config\n", "billing imports config"),
    ),
    (
        "imports",
        Breakage(BILLING, "import modules.auth\n", "billing imports modules.auth"),
    ),
    (
        "imports",
        Breakage(
            BILLING,
            "\n\ndef late():\n    from modules.dashboard import projection as p\n",
            "billing imports modules.dashboard.projection",
            at="projection as p",
        ),
    ),
    (
        "imports",
        Breakage(
            f"{BLOG}/posts.py",
            "import modules.billing.api\n",
            "blog imports modules.billing.api",
        ),
    ),
    (
        "imports",
        Breakage(
            BILLING,
            '\n\ndef by_name():\n    return __import__("modules.auth.models")\n',
            "billing imports by name, which nothing can check",
            at="__import__",
        ),
    ),
    (
        "declared",
        Breakage(
            BILLING_VIEW,
            '\n\ndef ask():\n    return interface("blog")\n',
            "billing uses 'blog', and the manifest does not say so",
            at='interface("blog")',
        ),
    ),
    (
        "declared",
        Breakage(
            "modules/admin/__init__.py",
            '"notifications", ',
            "admin has 'notifications' in uses and does not use it",
            after=" uses=(",
            at=" uses=(",
        ),
    ),
    (
        "templates",
        Breakage(
            "web/templates/home.html",
            '{% include "blog/form.html" %}\n',
            "the app uses 'blog/form.html', a template of blog",
        ),
    ),
    (
        "templates",
        Breakage(
            BILLING_VIEW,
            '\n\ndef steal() -> str:\n    return render_template("auth/login.html")\n',
            "billing uses 'auth/login.html', a template of auth",
            at="auth/login.html",
        ),
    ),
    (
        "endpoints",
        Breakage(
            PLANS,
            '<a href="/auth/login">Log in</a>\n',
            "billing writes out '/auth/login', a path of auth",
        ),
    ),
    (
        "endpoints",
        Breakage(
            "web/templates/error.html",
            "{{ url_for('dashboard.index') }}\n",
            "the app names 'dashboard.index', an endpoint of dashboard",
        ),
    ),
    (
        "tables",
        Breakage(
            BILLING,
            '\n\nNAMES = "SELECT name FROM auth_user"\n',
            "billing names 'auth_user', a table of auth",
        ),
    ),
    (
        "tables",
        Breakage(
            BILLING,
            '\n\ntheirs = module_session("blog")\n',
            "billing takes the session of blog",
            also=(
                (
                    BILLING,
                    "from datetime import datetime\n",
                    "from kernel.database import module_session\n",
                ),
            ),
        ),
    ),
    (
        "settings",
        Breakage(
            BILLING_VIEW,
            '\n\ndef secret() -> str:\n    return request.app.config["SECRET_KEY"]\n',
            "billing reads 'SECRET_KEY' and does not declare it",
            at="SECRET_KEY",
        ),
    ),
    (
        "settings",
        Breakage(
            BILLING_VIEW,
            "\n\ndef any_key(key):\n    return request.app.config.get(key)\n",
            "billing reads a setting whose name is not written out",
            at="config.get(key)",
        ),
    ),
    (
        "settings",
        Breakage(
            BILLING,
            '\n\nimport os\nHOME = os.environ.get("HOME")\n',
            "billing reads os.environ",
            at="HOME =",
        ),
    ),
    (
        "settings",
        Breakage(
            PLANS,
            "{{ config.WEBHOOK_SECRET }} {{ config.LOGIN_LIMIT }}\n",
            "billing reads 'LOGIN_LIMIT', which belongs to auth",
        ),
    ),
    (
        "settings",
        Breakage(
            DASHBOARD_MANIFEST,
            '\n    settings=("NOTHING",),',
            "dashboard declares 'NOTHING', which does not exist",
            after='summary="Shows metrics and charts from a read model (projection).",',
        ),
    ),
    (
        "settings",
        Breakage(
            f"{BLOG}/__init__.py",
            '\n    settings=("WEBHOOK_SECRET",),',
            "blog declares 'WEBHOOK_SECRET', which belongs to billing",
            after='depends_on=("auth",),',
        ),
    ),
    (
        "settings",
        Breakage(
            "modules/auth/__init__.py",
            '"SESSION_COOKIE_NAME", ',
            "auth declares 'SESSION_COOKIE_NAME' and does not read it",
            after="settings=(",
            at="settings=(",
        ),
    ),
    (
        "hooks",
        Breakage(
            f"{BLOG}/__init__.py",
            '\n    hooks=("middleware",),',
            "blog declares the hook 'middleware' and adds none",
            after='uses=("billing",),',
        ),
    ),
    (
        "hooks",
        Breakage(
            f"{BLOG}/view.py",
            "\n\n@blueprint.app_template_filter()\ndef loud(text): ...\n",
            "blog adds template_filter loud to the whole app",
        ),
    ),
    (
        "hooks",
        Breakage(
            f"{BLOG}/view.py",
            "\n\n@blueprint.app_errorhandler(418)\ndef teapot(error): ...\n",
            "blog adds errorhandler teapot to the whole app",
        ),
    ),
    (
        "names",
        Breakage(
            "modules/shop/view.py",
            "from flask import Blueprint\n"
            'blueprint = Blueprint("shop", __name__)\n'
            '@blueprint.get("")\ndef index(): ...\n',
            "shop and auth both have GET /auth/account/delete",
            at="@blueprint.get",
            also=(
                (
                    "modules/shop/__init__.py",
                    "",
                    MANIFEST.format('url_prefix="/auth/account/delete"'),
                ),
            ),
        ),
    ),
    (
        "names",
        Breakage(
            "modules/blog_archive/__init__.py",
            MANIFEST.format(""),
            "the tables of blog_archive look like tables of blog",
            at="from kernel.manifest",
        ),
    ),
    (
        "names",
        Breakage(
            f"{BLOG}/events.py",
            "\n\nclass PostPublished(PostPublished): ...\n",
            "blog defines the event PostPublished twice",
        ),
    ),
]


def flask_modules(folder: Path, *arguments: str) -> tuple[int, list[str]]:
    """Run the command; return its exit code and the lines that it prints."""
    result = subprocess.run(
        [sys.executable, "-m", "flask", "modules", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return result.returncode, (result.stdout + result.stderr).splitlines()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the app."""
    ignored = shutil.ignore_patterns("instance", "tests", ".*")
    return shutil.copytree(ROOT, tmp_path / "app", ignore=ignored)


def test_the_rules_hold_here() -> None:
    assert flask_modules(ROOT, "check") == (
        0,
        [f"{len(RULES)} rules hold in 6 modules."],
    )


def test_each_rule_has_a_breakage() -> None:
    assert len(BREAKAGES) == len(RULES)
    assert BREAKAGES.keys() == RULES.keys()


@pytest.mark.parametrize("rule", BREAKAGES)
def test_a_breakage_is_told_by_its_rule_alone(copy: Path, rule: str) -> None:
    BREAKAGES[rule].apply(copy)
    code, lines = flask_modules(copy, "check")
    assert code == 1
    (line,) = lines
    assert line.startswith(BREAKAGES[rule].expected(copy, rule))


def test_every_other_way_is_told(copy: Path) -> None:
    for _, breakage in OTHERS:
        breakage.apply(copy)
    code, lines = flask_modules(copy, "check")
    assert code == 1
    for rule, breakage in OTHERS:
        start = breakage.expected(copy, rule)
        found = [line for line in lines if line.startswith(start)]
        assert found, "\n".join([start, *lines])
        lines.remove(found[0])
    assert lines == []


@pytest.mark.parametrize(
    ("file", "added", "told"),
    [
        (BILLING_VIEW, "import nothing_like_it\n", "ModuleNotFoundError"),
        (BILLING_MODELS, RELATIONSHIP, "additional registries remain"),
    ],
)
def test_an_app_that_can_not_start_is_no_pass(
    copy: Path, file: str, added: str, told: str
) -> None:
    Breakage(file, added, told).apply(copy)
    code, lines = flask_modules(copy, "check")
    assert code == 1
    assert "The module 'billing' can't be loaded" in lines[-1]
    assert told in lines[-1]


def test_the_ratchet_tolerates_the_known_and_only_shrinks(copy: Path) -> None:
    BREAKAGES["endpoints"].apply(copy)
    assert flask_modules(copy, "ratchet") == (
        0,
        ["Violations written to known_violations.txt: 1. It may only shrink."],
    )
    code, lines = flask_modules(copy, "check")
    assert code == 0
    assert lines[0].endswith("Known violations left: 1.")
    assert flask_modules(copy, "ratchet")[0] == 1

    shutil.copy(ROOT / BILLING_VIEW, copy / BILLING_VIEW)
    code, lines = flask_modules(copy, "check")
    assert code == 1
    assert re.match(r"known_violations.txt:3: ratchet: .*Remove the line\.$", lines[0])
