"""What each module adds to an app: compared before and after it registers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask

from kernel.loader import module_registers
from kernel.manifest import Module

Look = Callable[[Flask], Iterable[object]]

# What is in force on every page, whoever added it, by the name of how it is added.
HOOKS: dict[str, Look] = {
    "before_request": lambda app: app.before_request_funcs.get(None, ()),
    "after_request": lambda app: app.after_request_funcs.get(None, ()),
    "teardown_request": lambda app: app.teardown_request_funcs.get(None, ()),
    "teardown_appcontext": lambda app: app.teardown_appcontext_funcs,
    "context_processor": lambda app: app.template_context_processors[None],
    "url_value_preprocessor": lambda app: app.url_value_preprocessors.get(None, ()),
    "url_defaults": lambda app: app.url_default_functions.get(None, ()),
    "errorhandler": lambda app: [
        handler
        for handlers in app.error_handler_spec[None].values()
        for handler in handlers.values()
    ],
    "template_global": lambda app: app.jinja_env.globals.values(),
    "template_filter": lambda app: app.jinja_env.filters.values(),
    "template_test": lambda app: app.jinja_env.tests.values(),
    "url_converter": lambda app: app.url_map.converters.values(),
    "middleware": lambda app: [vars(app).get("wsgi_app")],
}
OTHERS: dict[str, Look] = {
    "rules": lambda app: app.url_map.iter_rules(),
    "commands": lambda app: app.cli.commands.values(),
}

Additions = dict[str, list[Any]]


@contextmanager
def recorded() -> Iterator[dict[str, Additions]]:
    """Record, by module and kind, what is added to the app that is made inside."""
    added: dict[str, Additions] = {}
    seen: list[tuple[Flask, str, Additions]] = []

    def finish() -> None:
        if seen:
            app, name, before = seen.pop()
            added[name] = _difference(before, _snapshot(app))

    def start(app: Flask, module: Module) -> None:
        finish()
        seen.append((app, module.name, _snapshot(app)))

    with module_registers.connected_to(start):
        yield added
    finish()


def _snapshot(app: Flask) -> Additions:
    return {kind: list(look(app)) for kind, look in {**HOOKS, **OTHERS}.items()}


def _difference(before: Additions, after: Additions) -> Additions:
    # By identity: to compare a proxy, such as current_user, would ask for its object.
    known = {kind: {id(each) for each in found} for kind, found in before.items()}
    return {
        kind: [each for each in found if id(each) not in known[kind]]
        for kind, found in after.items()
    }
