"""Pages: the templates, endpoints and settings that a module uses, and its signals."""

from __future__ import annotations

from functools import cache
from typing import Any

import blinker
import flask.signals
from flask import Config, Flask, before_render_template

from .reports import report
from .watch import WATCH


def init_app(app: Flask) -> None:
    """Watch the templates, the URLs and the settings of ``app``."""
    setattr(app.jinja_env, "join_path", _join_path)  # noqa: B010 - of this app's alone
    before_render_template.connect(_check_rendered, app)
    app.url_default_functions.setdefault(None, []).append(_check_endpoint)
    app.config.__class__ = WatchedConfig
    _watch_signals()


def _join_path(template: str, parent: str) -> str:
    """Check a template that another one extends, includes or imports."""
    owner, user = _owner(template), _owner(parent)
    if owner and owner != user and WATCH.places:
        folder = WATCH.places.modules[user].path if user else WATCH.places.root / "web"
        file = WATCH.places.relative(folder / "templates" / parent)
        caller = WATCH.caller()
        line = caller.line if caller and caller.file == file else 1
        _report_template(file, line, user or "web", template, owner)
    return template


def _check_rendered(app: Flask, template: Any, context: Any, **_: Any) -> None:
    owner = _owner(template.name or "")
    caller = WATCH.caller() if owner else None
    if owner and caller and caller.place.name != owner:
        _report_template(
            caller.file, caller.line, caller.place.name, template.name, owner
        )


def _owner(template: str) -> str | None:
    first, slash, _ = template.partition("/")
    modules = WATCH.places.modules if WATCH.places else {}
    return first if slash and first in modules else None


def _report_template(file: str, line: int, user: str, name: str, owner: str) -> None:
    what = f"{user} uses {name!r}, a template of {owner}"
    fix = "Write a template of your own, or move what both need to web/templates."
    report("templates", file, line, what, fix)


def _check_endpoint(endpoint: str, values: dict[str, Any]) -> None:
    owner = WATCH.facts.endpoints.get(endpoint)
    caller = WATCH.caller(web=True) if owner else None
    if caller and caller.place.part != "tests" and caller.place.name != owner:
        what = f"{caller.place} names {endpoint!r}, an endpoint of {owner}"
        fix = (
            f"Let the api of {owner} return the URL, or make it a link of its manifest."
        )
        report("endpoints", caller.file, caller.line, what, fix)


class WatchedConfig(Config):
    """The settings of an app, each read by the module that owns it."""

    def __getitem__(self, key: str) -> Any:
        """Return a setting."""
        _check_setting(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        """Return a setting, or the default."""
        _check_setting(key)
        return super().get(key, default)


def _check_setting(key: str) -> None:
    owner = WATCH.facts.settings.get(key)
    caller = WATCH.caller(web=True) if owner else None
    if caller and caller.place.name != owner:
        what = f"{caller.place} reads {key!r}, a setting of {owner}"
        fix = "Declare a setting of your own in settings.py, or ask the owner's api."
        report("settings", caller.file, caller.line, what, fix)


@cache
def _watch_signals() -> None:
    """Report receivers of Flask's signals, which hear of the pages of all modules."""
    connect = blinker.Signal.connect
    shared = {id(each) for each in vars(flask.signals).values()}

    def checked(self: Any, *args: Any, **kwargs: Any) -> Any:
        name = getattr(self, "name", "")
        if id(self) in shared or name.startswith(("user-", "session-")):
            caller = WATCH.caller(web=True)
            module = caller.place.module if caller else None
            tests = caller is None or caller.place.part == "tests"
            if caller and module and not tests and "signal" not in module.hooks:
                what = f"{module.name} connects to the signal {name!r}"
                fix = "Add 'signal' to hooks in the manifest."
                report("hooks", caller.file, caller.line, what, fix)
        return connect(self, *args, **kwargs)

    blinker.Signal.connect = checked  # type: ignore[method-assign]
