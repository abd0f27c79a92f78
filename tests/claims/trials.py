"""Trials: 45 more kinds of bugs, each tried in one module.

The code was not written for them: they are what an outsider would try.
"""

from __future__ import annotations

from pathlib import Path

from .edits import (
    Fault,
    Inject,
    append,
    at_registration,
    migration,
    on_each_page,
    replace,
)


def unreadable(folder: Path) -> bool:
    """Write bytes that are no text into ``view.py``."""
    (folder / "view.py").write_bytes(b"\xff\xfe\x00 no Python")
    return True


def stray_import(folder: Path) -> bool:
    """Let ``view.py`` and a file that it imports need each other."""
    (folder / "helpers.py").write_text("from .view import missing_name\n")
    return append("view.py", "from . import helpers\n")(folder)


def two_heads(folder: Path) -> bool:
    """Add two migrations with the same predecessor."""
    upgrade = "def upgrade():\n    pass\n"
    first = migration(upgrade)(folder)
    name = folder.name
    (newest,) = sorted(folder.glob(f"migrations/{name}_*_broken.py"))
    source = newest.read_text()
    twin = newest.stem.replace("_broken", "")
    newest.with_name(f"{twin}b_broken.py").write_text(
        source.replace(f"revision = '{twin}'", f"revision = '{twin}b'", 1)
    )
    return first


MANIFEST_COPY = "from dataclasses import replace as change\n\n"
HOOK = "@blueprint.{hook}\ndef broken({arguments}):\n    {body}\n"


def app_hook(hook: str, arguments: str, body: str) -> Inject:
    """Return an edit that adds a hook for all pages."""
    return append("view.py", HOOK.format(hook=hook, arguments=arguments, body=body))


TRIALS = [
    # Files and manifests
    Fault("bytes", "view.py is not text", unreadable),
    Fault("import cycle", "two files of the module import each other", stray_import),
    Fault(
        "missing package",
        "view.py imports a package that is not installed",
        append("view.py", "import a_package_that_is_not_installed\n"),
    ),
    Fault(
        "missing title",
        "the manifest leaves out a field",
        replace("__init__.py", "    title=", "    # title="),
    ),
    Fault(
        "unknown dependency",
        "the manifest depends on a module that does not exist",
        append(
            "__init__.py",
            MANIFEST_COPY
            + 'module = change(module, depends_on=(*module.depends_on, "crm"))\n',
        ),
    ),
    Fault(
        "prefix slash",
        "the URL prefix has no leading slash",
        append(
            "__init__.py",
            MANIFEST_COPY + 'module = change(module, url_prefix="NAME")\n',
        ),
    ),
    Fault(
        "prefix root",
        "the URL prefix is / and a page takes every path",
        lambda folder: (
            append(
                "__init__.py",
                MANIFEST_COPY + 'module = change(module, url_prefix="/")\n',
            )(folder)
            and append(
                "view.py",
                '@blueprint.route("/<path:rest>")\ndef everything(rest):\n'
                '    raise RuntimeError("a bug")\n',
            )(folder)
        ),
    ),
    Fault(
        "links list",
        "a menu entry is a plain text",
        append(
            "__init__.py", MANIFEST_COPY + 'module = change(module, links=("Home",))\n'
        ),
    ),
    Fault(
        "blueprint name",
        "the blueprint has another name",
        append("view.py", 'blueprint = type(blueprint)("other", __name__)\n'),
    ),
    Fault(
        "endpoint twice",
        "two views have the same name",
        append(
            "view.py",
            '@blueprint.get("/x1")\ndef twice():\n    return ""\n\n\n'
            'blueprint.add_url_rule("/x2", "twice", lambda: "")\n',
        ),
    ),
    Fault(
        "recursion",
        "view.py recurses without end when it is imported",
        append("view.py", "def forever():\n    return forever()\n\n\nforever()\n"),
    ),
    Fault(
        "counter",
        "a Prometheus counter is made twice",
        at_registration(
            'Counter("NAME_things", "Things")\nCounter("NAME_things", "Things")',
            imports="from prometheus_client import Counter",
        ),
    ),
    Fault(
        "settings",
        "a required setting is missing",
        append(
            "settings.py",
            "@dataclass(frozen=True, kw_only=True)\nclass Settings(Settings):\n"
            '    NAME_KEY: str = setting("", required_in_production=True)\n',
        ),
    ),
    Fault(
        "secret key",
        "the module's settings declare SECRET_KEY",
        append(
            "settings.py",
            "@dataclass(frozen=True, kw_only=True)\nclass Settings(Settings):\n"
            '    SECRET_KEY: str = "a key of its own"\n',
        ),
    ),
    # While the app is put together
    Fault(
        "converter",
        "it replaces a URL converter of the site",
        at_registration("app.url_map.converters['id'] = None"),
    ),
    Fault(
        "url_for",
        "it replaces a function that all templates use, and that raises",
        at_registration("app.jinja_env.globals['url_for'] = lambda *a, **b: 1 / 0"),
    ),
    Fault(
        "filter",
        "it replaces a filter that all templates use, and that raises",
        append(
            "view.py",
            '@blueprint.app_template_filter("day")\ndef broken(x):\n    return 1 / 0\n',
        ),
    ),
    Fault(
        "undefined",
        "it makes templates strict about undefined names",
        at_registration(
            "app.jinja_env.undefined = StrictUndefined",
            imports="from jinja2 import StrictUndefined",
        ),
    ),
    Fault(
        "server name",
        "it changes SERVER_NAME and the cookie's path",
        at_registration(
            "app.config.update(SERVER_NAME='example.org', SESSION_COOKIE_PATH='/NAME')"
        ),
    ),
    Fault(
        "session interface",
        "it replaces the session interface",
        at_registration("app.session_interface = None"),
    ),
    Fault(
        "command",
        "a command replaces flask initialize, and raises",
        append(
            "view.py",
            '@blueprint.cli.command("initialize")\ndef broken():\n'
            '    raise RuntimeError("a bug")\n\n\n'
            "blueprint.cli_group = None\n",
        ),
    ),
    Fault(
        "foreign path",
        "a rule of the module has the path of another module's page",
        at_registration(
            "app.add_url_rule('/auth/login', 'NAME.login2', lambda: 1 / 0)\n"
            "app.add_url_rule('/blog/', 'NAME.blog2', lambda: 1 / 0)"
        ),
    ),
    # Hooks
    Fault(
        "after",
        "an after_request for the app returns None",
        app_hook("after_app_request", "response", "pass"),
    ),
    Fault(
        "teardown",
        "a teardown_request for the app raises",
        app_hook("teardown_app_request", "error=None", "1 / 0"),
    ),
    Fault(
        "context",
        "a context processor for the app raises",
        app_hook("app_context_processor", "", "return {'x': 1 / 0}"),
    ),
    Fault(
        "context none",
        "a context processor for the app returns None",
        app_hook("app_context_processor", "", "pass"),
    ),
    Fault(
        "context names",
        "a context processor hides a name of the layout",
        app_hook(
            "app_context_processor", "", "return {'navigation': None, 'url_for': None}"
        ),
    ),
    Fault(
        "url values",
        "a URL value preprocessor for the app raises",
        app_hook(
            "app_url_value_preprocessor", "endpoint, values", "values.pop('lang')"
        ),
    ),
    Fault(
        "url defaults",
        "URL defaults for the app raise",
        app_hook("app_url_defaults", "endpoint, values", "1 / 0"),
    ),
    Fault(
        "error handler",
        "a handler for all errors of the app raises",
        app_hook("app_errorhandler(404)", "error", "1 / 0"),
    ),
    Fault(
        "login signal",
        "a receiver of Flask-Login's signal raises",
        append(
            "view.py",
            "from flask_login import user_logged_in\n\n\n"
            "@user_logged_in.connect\ndef broken(sender, **values):\n    1 / 0\n",
        ),
    ),
    Fault(
        "response signal",
        "a receiver of request_finished raises",
        append(
            "listeners.py",
            "from flask import request_finished\n\n\n"
            "@request_finished.connect\ndef broken(sender, **values):\n    1 / 0\n",
        ),
    ),
    # Pages
    Fault(
        "view interrupts",
        "a page raises a BaseException of its own",
        on_each_page("raise Stop", imports="class Stop(BaseException):\n    pass\n"),
    ),
    Fault(
        "g",
        "a page empties g",
        on_each_page(
            "for name in list(g):\n    g.pop(name)", imports="from flask import g"
        ),
    ),
    Fault(
        "config",
        "a page changes a setting of the app",
        on_each_page(
            "current_app.config['SECRET_KEY'] = 'x'\n"
            "current_app.config['PRODUCTION'] = None",
            imports="from flask import current_app",
        ),
    ),
    Fault(
        "views",
        "a page replaces another module's page",
        on_each_page(
            "current_app.view_functions['auth.login'] = None\n"
            "current_app.view_functions['pages.home'] = None",
            imports="from flask import current_app",
        ),
    ),
    Fault(
        "late hook",
        "a page adds a hook for all pages",
        on_each_page(
            "hooks = current_app.before_request_funcs.setdefault(None, [])\n"
            "hooks.append(lambda: 1 / 0)",
            imports="from flask import current_app",
        ),
    ),
    Fault(
        "extension",
        "a page removes an extension",
        on_each_page(
            "current_app.extensions.pop('navigation')",
            imports="from flask import current_app",
        ),
    ),
    Fault(
        "engine",
        "a page disposes of the database engine",
        on_each_page("db.engine.dispose()", imports="from kernel import db"),
    ),
    Fault(
        "open transaction",
        "a page breaks its transaction and goes on",
        on_each_page(
            "try:\n    session.execute(sa.text('SELECT * FROM no_such_table'))\n"
            "except Exception:\n    pass",
            imports="import sqlalchemy as sa\n\nfrom kernel import module_session\n\n"
            'session = module_session("NAME")',
        ),
    ),
    Fault(
        "directory",
        "a page changes the working directory",
        on_each_page("os.chdir('/')", imports="import os"),
    ),
    # Answers to other modules
    Fault(
        "foreign key",
        "the export contains another module's key",
        append(
            "personal_data.py", "def export(user_id):\n    return {'account': 'mine'}\n"
        ),
    ),
    Fault(
        "lazy facts",
        "a fact on the account page raises when it is shown",
        append(
            "account_facts.py",
            "class Lazy:\n    def __str__(self):\n        return 1 / 0\n"
            "\n\ndef facts(user_id):\n    return {'NAME': Lazy()}\n",
        ),
    ),
    Fault(
        "data page type",
        "a data page is no data page",
        append("admin.py", "def views():\n    return [object()]\n"),
    ),
    Fault("two heads", "two migrations have the same predecessor", two_heads),
]
