"""The faults: bugs that are put into one module, each by a small edit of its files."""

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

ALL = frozenset({"admin", "auth", "billing", "blog", "dashboard", "notifications"})
CALLED_BY_OTHERS = frozenset({"auth", "billing", "blog", "notifications"})
CRITICAL = frozenset({"auth"})
HOOKS_OF_A_CRITICAL_MODULE = (
    "A critical module may refuse pages with its hooks, so an error refuses them, too."
)
RAISE = 'raise RuntimeError("a bug")\n'
UPGRADE = "def upgrade():\n    {}\n"


def template(folder: Path) -> bool:
    """Put a syntax error into each template."""
    templates = [path for path in folder.glob("templates/**/*") if path.is_file()]
    for path in templates:
        source = path.read_text(encoding="utf-8")
        path.write_text("{% a bug %}\n" + source, encoding="utf-8")
    return bool(templates)


def account_data(body: str) -> Inject:
    """Return an edit of what the module adds to the account page and the export."""

    def edit(folder: Path) -> bool:
        files = ("personal_data.py", "account_facts.py")
        edits = [append(file, broken_functions(body)) for file in files]
        return all(each(folder) for each in edits)

    return edit


def broken_functions(body: str) -> str:
    """Return code that replaces the functions of a file; ``body`` runs in each.

    The signatures stay: the loader refuses functions that differ from their contract.
    """
    return BREAK_FUNCTIONS.replace("BODY", body)


def event(folder: Path) -> bool:
    """Let each listener raise.

    A module without listeners gets one. ``auth`` can't have one, since all others
    depend on it: it gets an event that can't be made instead.
    """
    if folder.name == "auth":
        return append("events.py", BREAK_EVENT)(folder)
    return append("listeners.py", BREAK_LISTENERS)(folder)


def counter_of_a_neighbor(folder: Path) -> bool:
    """Let the blueprint raise, and let another module make a counter in its own."""
    modules = next(each for each in folder.parents if each.name == "modules")
    other = modules / "auth"  # the first one to be registered
    at_registration(
        'Counter("neighbor_things", "Things of a healthy module")',
        imports="from prometheus_client import Counter",
    )(other)
    return at_registration(RAISE)(folder)


def data_view_of_a_neighbor(folder: Path) -> bool:
    """Add a data page that has the name of another module's."""
    model, name = ("Post", "posts") if folder.name == "auth" else ("User", "users")
    owner = "box__community.blog" if folder.name == "auth" else "auth"
    return append(
        "admin.py",
        f"""\
from web.data_view import DataView as View


def views():
    from modules.{owner}.models import {model}, session

    view = View(name={name!r}, model={model}, session=session, columns=('id',))
    return [view]
""",
    )(folder)


BREAK_FUNCTIONS = """\
from functools import wraps


def _broken(function):
    @wraps(function)
    def broken(*args, **kwargs):
        BODY

    return broken


for _name, _value in list(globals().items()):
    if type(_value) is type(_broken) and _value.__module__ == __name__:
        globals()[_name] = _broken(_value)
"""

BREAK_LISTENERS = """\
def _broken(event_name, ordered_by):
    def broken(event):
        raise RuntimeError("a bug")

    broken.listens_to, broken.ordered_by = event_name, ordered_by
    return broken


for _name, _value in list(globals().items()):
    if type(_value) is type(_broken) and hasattr(_value, "listens_to"):
        globals()[_name] = _broken(_value.listens_to, _value.ordered_by)
"""

BREAK_EVENT = """\
def _broken(event):
    raise RuntimeError("a bug")


UserRegistered.__init__ = lambda self, **values: _broken(self)
UserRenamed.__init__ = lambda self, **values: _broken(self)
"""

CHANGE = "from dataclasses import replace as change\n\n"
DROP_FUNCTIONS = """\
for _name in [name for name, value in globals().items() if hasattr(value, "is_local")]:
    del globals()[_name]
"""
CLOSE_READER = (
    "from flask import g; function(*args, **kwargs); "
    'reader = g.get("reader"); reader and reader.close(); '
    "return function(*args, **kwargs)"
)
NOT_JSON = "return {'NAME things': {object(), 1j}}"
ABORT = "from flask import abort; abort(404)"
SLEEP = "import time; time.sleep(60)"

FAULTS = [
    # The manifest
    Fault(
        "manifest", "the manifest raises", append("__init__.py", RAISE), at_start=True
    ),
    Fault(
        "import name",
        "the manifest's import_name is misspelled",
        replace("__init__.py", "import_name=__name__", "import_name='modules.typo'"),
        at_start=True,
    ),
    Fault(
        "text for tuple",
        "the manifest has a text where a tuple is meant",
        append("__init__.py", f'{CHANGE}module = change(module, uses="blog")\n'),
        at_start=True,
    ),
    Fault(
        "menu",
        "a menu entry leads to a page that does not exist",
        append(
            "__init__.py",
            f"{CHANGE}from kernel import Link as MenuLink\n\n"
            'links = (*module.links, MenuLink("Nowhere", "NAME.nowhere"))\n'
            "module = change(module, links=links)\n",
        ),
        at_start=True,
    ),
    # While the module is loaded
    Fault(
        "import",
        "view.py raises when it is imported",
        append("view.py", RAISE),
        at_start=True,
    ),
    Fault(
        "exit",
        "view.py calls exit() when it is imported",
        append("view.py", 'raise SystemExit("a bug")\n'),
        at_start=True,
    ),
    Fault(
        "base exception",
        "view.py raises a BaseException when it is imported",
        append("view.py", "class Stop(BaseException):\n    pass\n\n\nraise Stop\n"),
        at_start=True,
    ),
    Fault(
        "signal, then import",
        "view.py connects to a signal, and raises when it is imported",
        append(
            "view.py",
            "from flask import request_started\n\n\ndef broken(sender, **values):\n"
            f"    {RAISE}\n\nrequest_started.connect(broken, weak=False)\n{RAISE}",
        ),
        at_start=True,
    ),
    Fault(
        "mapper",
        "a relationship of a model leads nowhere",
        append(
            "models.py",
            """\
from sqlalchemy.orm import mapped_column as column
from sqlalchemy.orm import relationship


class Broken(Base):
    __tablename__ = "NAME_broken"

    id = column(__import__("sqlalchemy").Integer, primary_key=True)
    other = relationship("Nowhere")
""",
        ),
        at_start=True,
    ),
    Fault(
        "implementation",
        "service.py lacks the functions that api.py publishes",
        append(
            "service.py",
            "from . import api as _api\n\nfor _name in vars(_api):\n"
            '    if hasattr(getattr(_api, _name), "is_local"):\n'
            "        del globals()[_name]\n",
        ),
        at_start=True,
    ),
    Fault(
        "register",
        "the blueprint raises while it is registered",
        at_registration(RAISE),
        at_start=True,
    ),
    Fault(
        "register beside a counter",
        "the blueprint raises, and another module makes a Prometheus counter",
        counter_of_a_neighbor,
        at_start=True,
    ),
    # Pages
    Fault("request", "each page raises", on_each_page(RAISE)),
    Fault("template", "each template has a syntax error", template),
    Fault(
        "jinja globals",
        "a page changes what all templates use",
        on_each_page(
            "current_app.jinja_env.globals['navigation'] = None",
            imports="from flask import current_app",
        ),
    ),
    # Answers to other modules
    Fault(
        "interface",
        "each function of the interface raises",
        append("service.py", broken_functions(RAISE.strip())),
        spreads_from=CALLED_BY_OTHERS,
        reason="A page that calls another module needs its answer.",
        remedy="Where a page can do without, use an extension point: it leaves out "
        "an answer that fails.",
    ),
    Fault(
        "interface, gone",
        "api.py lacks the functions that other modules call",
        append("api.py", DROP_FUNCTIONS),
        spreads_from=CALLED_BY_OTHERS - {"billing"},  # it calls itself, too
        reason="A page that calls another module needs its answer.",
        remedy="Run mypy in CI: it names each caller of a function that is gone.",
    ),
    Fault(
        "interface, read connection",
        "each function of the interface closes the connection that pages read from",
        append("service.py", broken_functions(CLOSE_READER)),
        spreads_from=CALLED_BY_OTHERS,
        reason="All modules of one request read through one connection; the next "
        "request has another one.",
        remedy="Never close a connection that you have not opened.",
    ),
    Fault(
        "data pages",
        "what the module adds to the admin panel raises",
        append("admin.py", broken_functions(RAISE.strip())),
        at_start=True,
    ),
    Fault(
        "data pages, same name",
        "a data page has the name of another module's",
        data_view_of_a_neighbor,
        at_start=True,
    ),
    Fault(
        "account data",
        "what the module adds to the account page and the export raises",
        account_data(RAISE.strip()),
    ),
    Fault("account data, None", "the same returns None", account_data("return None")),
    Fault("account data, slow", "the same takes a minute", account_data(SLEEP)),
    Fault("account data, abort", "the same raises an HTTP error", account_data(ABORT)),
    Fault("account data, no JSON", "the same is no JSON", account_data(NOT_JSON)),
    Fault("event", "each listener raises", event),
    # Migrations
    Fault("migration", "a migration raises", migration(UPGRADE.format(RAISE))),
    Fault(
        "migration, exit",
        "a migration calls exit()",
        migration(UPGRADE.format("exit()")),
    ),
    Fault(
        "migration, syntax",
        "a migration has a syntax error",
        migration("def upgrade(:\n"),
    ),
    Fault(
        "migration, predecessor",
        "a migration names a predecessor that does not exist",
        migration(UPGRADE.format("pass"), down="NAME_9999"),
    ),
    # Hooks of the whole app
    Fault(
        "hook",
        "a function raises before each request of the app",
        append("view.py", f"@blueprint.before_app_request\ndef broken():\n    {RAISE}"),
        spreads_from=CRITICAL,
        reason=HOOKS_OF_A_CRITICAL_MODULE,
        remedy="Keep such hooks out of critical modules, or test each of them.",
    ),
    Fault(
        "teardown",
        "a function raises at the end of each app context",
        at_registration(
            "app.teardown_appcontext(broken_teardown)",
            imports=f"def broken_teardown(error):\n    {RAISE}",
        ),
        spreads_from=CRITICAL,
        reason=HOOKS_OF_A_CRITICAL_MODULE,
        remedy="Keep such hooks out of critical modules, or test each of them.",
    ),
    Fault(
        "signal",
        "a receiver of request_started raises",
        append(
            "view.py",
            "from flask import request_started\n\n\n@request_started.connect\n"
            f"def broken(sender, **values):\n    {RAISE}",
        ),
        spreads_from=CRITICAL,
        reason=HOOKS_OF_A_CRITICAL_MODULE,
        remedy="Keep such hooks out of critical modules, or test each of them.",
    ),
    Fault(
        "session listener",
        "a listener on all database sessions raises",
        append(
            "view.py",
            "from sqlalchemy import event as sa_event\n"
            "from sqlalchemy.orm import Session as AnySession\n\n\n"
            '@sa_event.listens_for(AnySession, "do_orm_execute")\n'
            f"def broken(state):\n    {RAISE}",
        ),
        spreads_from=ALL,
        reason="SQLAlchemy calls it for the sessions of all modules.",
        remedy="Listen on the session of the module; flask modules check reports the "
        "other one.",
    ),
    Fault(
        "request filter",
        "a filter of the rate limiter raises",
        append(
            "view.py",
            "from web.security import limiter\n\n\n@limiter.request_filter\n"
            f"def broken():\n    {RAISE}",
        ),
    ),
    Fault(
        "hook, response",
        "a function answers each request of the app",
        append(
            "view.py", '@blueprint.before_app_request\ndef broken():\n    return "x"\n'
        ),
        spreads_from=ALL,
        reason="A hook may answer a request, and the app can't know that this one "
        "should not.",
        remedy="Review the hooks of each manifest; flask modules check reports those "
        "that it does not name.",
    ),
    # The process
    Fault("exit in a page", "a page calls exit()", on_each_page("exit()")),
    Fault(
        "connection setting",
        "a page makes its database connection read-only",
        on_each_page(
            "session.execute(sa.text('PRAGMA query_only = 1'))\nsession.commit()",
            imports="import sqlalchemy as sa\n\nfrom kernel import module_session\n\n"
            'session = module_session("NAME")',
        ),
        spreads_from=ALL,
        reason="A connection keeps its settings, such as search_path, in the pool.",
        remedy="Use SET LOCAL, which ends with the transaction.",
    ),
]
