"""In production a bug in a hook for all pages stays with the module that added it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import flask
import pytest
from flask import Flask, current_app, url_for
from flask_login import user_logged_in

from app import create_app
from kernel import Kernel, ModuleError
from kernel.boundaries import guard
from kernel.loader import attribute_errors_to, module_registered, module_registers
from web import containment
from web.security import limiter

pytestmark = pytest.mark.needs("blog")

OWNER = "modules.box__community.blog.view"
Hook = Callable[..., Any]


@pytest.fixture
def app(migrated_database: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """Return an app as in production, without the guard."""
    monkeypatch.setattr(guard, "init_app", lambda app: None)
    return create_app(
        {
            "APP_ENV": "testing",
            "QUARANTINE": True,
            "DATABASE_URL": f"sqlite:///{migrated_database}",
        }
    )


def broken(*args: Any, **kwargs: Any) -> Any:
    """Raise, as a bug of the blog."""
    raise RuntimeError("a bug")


def nothing(*args: Any, **kwargs: Any) -> None:
    """Return nothing, as a bug of the blog."""


def contain(app: Flask) -> None:
    """Contain what was added after the modules were loaded."""
    containment.contain_hooks(app)
    containment.contain_receivers(app)


def own(function: Hook, owner: str = OWNER) -> Hook:
    """Return the function as if a module had defined it."""

    def hook(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    hook.__module__ = owner
    return hook


HOOKS: dict[str, Callable[[Flask, Hook], object]] = {
    "before_request": lambda app, hook: app.before_request(hook),
    "after_request": lambda app, hook: app.after_request(hook),
    "teardown_request": lambda app, hook: app.teardown_request(hook),
    "teardown_appcontext": lambda app, hook: app.teardown_appcontext(hook),
    "context_processor": lambda app, hook: app.context_processor(hook),
    "url_value_preprocessor": lambda app, hook: app.url_value_preprocessor(hook),
    "url_defaults": lambda app, hook: app.url_defaults(hook),
    "error_handler": lambda app, hook: app.register_error_handler(404, hook),
    "signal": lambda app, hook: flask.request_started.connect(hook, app, weak=False),
    "weak signal": lambda app, hook: flask.request_finished.connect(hook, app),
}


@pytest.fixture(autouse=True)
def disconnected() -> Iterator[None]:
    """Leave no receivers behind."""
    signals = (flask.request_started, flask.request_finished, user_logged_in)
    before = [dict(signal.receivers) for signal in signals]
    yield
    for signal, receivers in zip(signals, before, strict=True):
        signal.receivers.clear()
        signal.receivers.update(receivers)


@pytest.mark.parametrize("kind", HOOKS)
def test_a_hook_that_raises_is_skipped(app: Flask, kind: str) -> None:
    hook = own(broken)
    HOOKS[kind](app, hook)
    contain(app)
    client = app.test_client()
    assert client.get("/auth/login").status_code == 200
    assert client.get("/missing").status_code == 404


@pytest.mark.parametrize("kind", ["after_request", "context_processor"])
def test_a_hook_that_returns_nothing_is_skipped(app: Flask, kind: str) -> None:
    HOOKS[kind](app, own(nothing))
    contain(app)
    assert app.test_client().get("/auth/login").status_code == 200


def test_names_of_the_layout_are_not_replaced(app: Flask) -> None:
    app.context_processor(own(lambda: {"url_for": None, "mine": 1}))
    contain(app)
    assert app.test_client().get("/auth/login").status_code == 200
    with app.test_request_context():
        assert flask.render_template_string("{{ mine }}") == "1"


def test_a_hook_of_a_critical_module_refuses_the_page(app: Flask) -> None:
    app.before_request(own(broken, "modules.auth.view"))
    contain(app)
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    assert app.test_client().get("/").status_code == 500


def test_hooks_of_a_quarantined_module_are_not_called(app: Flask) -> None:
    called: list[object] = []
    app.before_request(own(lambda: called.append(1)))
    contain(app)
    Kernel.of(app).quarantine("blog", "/blog", "a bug")
    assert app.test_client().get("/").status_code == 200
    assert called == []


def test_a_hook_may_abort(app: Flask) -> None:
    app.before_request(own(lambda: flask.abort(403)))
    contain(app)
    assert app.test_client().get("/").status_code == 403


def test_outside_of_production_nothing_is_skipped(migrated_database: Path) -> None:
    url = f"sqlite:///{migrated_database}"
    app = create_app({"APP_ENV": "testing", "DATABASE_URL": url})
    app.testing = True
    app.before_request(own(broken))
    with pytest.raises(RuntimeError, match="a bug"):
        app.test_client().get("/")


def test_a_filter_of_the_rate_limiter_that_raises_exempts_nothing(app: Flask) -> None:
    before = list(limiter._request_filters)
    limiter.request_filter(broken)
    try:
        client = app.test_client()
        assert client.get("/auth/login").status_code == 200
    finally:
        limiter._request_filters[:] = before


def test_a_page_that_exits_fails_alone(app: Flask) -> None:
    app.add_url_rule("/exit", view_func=lambda: exit())
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client = app.test_client()
    assert client.get("/exit").status_code == 500
    assert client.get("/").status_code == 200


CHANGES: dict[str, Callable[[], object]] = {
    "global": lambda: current_app.jinja_env.globals.update(url_for=None),
    "filter": lambda: current_app.jinja_env.filters.update(day=None),
    "hook": lambda: current_app.before_request_funcs[None].append(broken),
    "view": lambda: current_app.view_functions.update({"auth.login": broken}),
    "setting": lambda: current_app.config.update(SECRET_KEY="x"),
    "extension": lambda: current_app.extensions.pop("navigation"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_page_can_not_change_what_all_pages_share(app: Flask, change: str) -> None:
    def page() -> str:
        CHANGES[change]()
        return "changed"

    app.add_url_rule("/change", view_func=page)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client = app.test_client()
    assert client.get("/change").status_code == 500
    assert client.get("/auth/login").status_code == 200


def test_a_page_may_add_an_extension(app: Flask) -> None:
    def page() -> str:
        current_app.extensions.setdefault("cache", {})
        current_app.extensions["other"] = 1
        return url_for("auth.login")

    app.add_url_rule("/add", view_func=page)
    assert app.test_client().get("/add").status_code == 200


REPLACEMENTS: dict[str, Callable[[Flask], object]] = {
    "template global 'url_for'": lambda app: app.add_template_global(broken, "url_for"),
    "template filter 'day'": lambda app: app.add_template_filter(broken, "day"),
    "setting 'SECRET_KEY'": lambda app: app.config.update(SECRET_KEY="x"),
    "command 'initialize'": lambda app: app.cli.commands.pop("initialize"),
    "env.undefined": lambda app: setattr(app.jinja_env, "undefined", None),
    "app.session_interface": lambda app: setattr(app, "session_interface", None),
}


@pytest.mark.parametrize("name", REPLACEMENTS)
def test_a_module_that_replaces_what_all_share_is_quarantined(
    app: Flask, name: str
) -> None:
    module = Kernel.of(app).active["blog"]
    with attribute_errors_to(app, module):
        module_registers.send(app, module=module)
        REPLACEMENTS[name](app)
        module_registered.send(app, module=module)
    assert name in Kernel.of(app).quarantined["blog"].reason
    assert app.test_client().get("/auth/login").status_code == 200


def test_a_critical_module_that_replaces_stops_the_app(app: Flask) -> None:
    module = Kernel.of(app).active["auth"]
    module_registers.send(app, module=module)
    app.add_template_filter(broken, "day")
    with pytest.raises(ModuleError, match="'day'"), attribute_errors_to(app, module):
        module_registered.send(app, module=module)


def test_hooks_are_contained_before_the_next_module_is_registered(app: Flask) -> None:
    app.teardown_appcontext(own(broken))
    module = Kernel.of(app).active["blog"]
    module_registers.send(app, module=module)
    module_registered.send(app, module=module)
    with app.app_context():
        pass
