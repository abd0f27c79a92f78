"""What each module registers on an app: compared before and after it registers."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from kernel.loader import module_registered, module_registers
from kernel.manifest import Module
from kernel.runtime import Kernel

from ..source.python import PythonFile
from ..violation import Finding, Violation
from .reports import collected

Look = Callable[[Flask], Iterable[tuple[object, object]]]


def _listed(look: Callable[[Flask], Iterable[object]]) -> Look:
    return lambda app: [(id(each), each) for each in look(app)]


def _items(look: Callable[[Flask], dict[Any, Any]]) -> Look:
    return lambda app: [((key, id(v)), v) for key, v in look(app).items()]


# What applies to every page of the app, by the name under which a manifest declares it.
HOOKS: dict[str, Look] = {
    "before_request": _listed(lambda app: app.before_request_funcs.get(None, ())),
    "after_request": _listed(lambda app: app.after_request_funcs.get(None, ())),
    "teardown_request": _listed(lambda app: app.teardown_request_funcs.get(None, ())),
    "teardown_appcontext": _listed(lambda app: app.teardown_appcontext_funcs),
    "context_processor": _listed(lambda app: app.template_context_processors[None]),
    "url_value_preprocessor": _listed(
        lambda app: app.url_value_preprocessors.get(None, ())
    ),
    "url_defaults": _listed(lambda app: app.url_default_functions.get(None, ())),
    "url_build_error_handler": _listed(lambda app: app.url_build_error_handlers),
    "shell_context_processor": _listed(lambda app: app.shell_context_processors),
    "errorhandler": _listed(
        lambda app: [
            handler
            for handlers in app.error_handler_spec[None].values()
            for handler in handlers.values()
        ]
    ),
    "template_global": _items(lambda app: app.jinja_env.globals),
    "template_filter": _items(lambda app: app.jinja_env.filters),
    "template_test": _items(lambda app: app.jinja_env.tests),
    "jinja_extension": _items(lambda app: app.jinja_env.extensions),
    "url_converter": _items(lambda app: app.url_map.converters),
    "middleware": _listed(lambda app: [vars(app).get("wsgi_app")]),
    "session_interface": _listed(lambda app: [app.session_interface]),
    "json_provider": _listed(lambda app: [app.json]),
}

# Settings of Flask that change how every page works.
CORE_SETTINGS = set(Flask.default_config) | {"SQLALCHEMY_ENGINES"}


@dataclass
class Registrations:
    """What one module registers.

    :param hooks: what applies to the whole app, by the name of the hook.
    :param foreign_functions: the hooks and views of other blueprints that it changes.
    :param replaced_commands: commands that were there before, under the same name.
    """

    hooks: dict[str, list[Any]] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    commands: list[Any] = field(default_factory=list)
    replaced_commands: list[tuple[str, Any]] = field(default_factory=list)
    replaced_views: list[tuple[str, Any]] = field(default_factory=list)
    foreign_hooks: list[tuple[str, Any]] = field(default_factory=list)
    replaced_extensions: list[str] = field(default_factory=list)
    changed_settings: list[str] = field(default_factory=list)


@dataclass
class Snapshot:
    """What is registered on an app at one moment."""

    hooks: dict[str, dict[object, object]]
    rules: dict[int, Rule]
    commands: dict[str, Any]
    views: dict[str, Any]
    extensions: dict[str, Any]
    settings: dict[str, Any]
    blueprint_hooks: dict[tuple[str, int], Any]


@contextmanager
def recorded() -> Iterator[tuple[dict[str, Registrations], list[Violation]]]:
    """Record what each module registers on the app that is made inside.

    Yields the registrations by module, and what the guard reports meanwhile.
    """
    found: dict[str, Registrations] = {}
    before: dict[str, Snapshot] = {}

    def start(app: Flask, module: Module) -> None:
        before[module.name] = snapshot(app)

    def finish(app: Flask, module: Module) -> None:
        found[module.name] = compare(module, before.pop(module.name), snapshot(app))

    with (
        module_registers.connected_to(start),
        module_registered.connected_to(finish),
        collected() as reported,
    ):
        yield found, reported


def snapshot(app: Flask) -> Snapshot:
    """Return what is registered on an app now."""
    return Snapshot(
        hooks={kind: dict(look(app)) for kind, look in HOOKS.items()},
        rules={id(rule): rule for rule in app.url_map.iter_rules()},
        commands=dict(app.cli.commands),
        views=dict(app.view_functions),
        extensions=dict(app.extensions),
        settings=dict(app.config),
        blueprint_hooks=_blueprint_hooks(app),
    )


def _blueprint_hooks(app: Flask) -> dict[tuple[str, int], Any]:
    """Return the hooks of single blueprints, by the blueprint and identity."""
    found: dict[tuple[str, int], Any] = {}
    for registry in (
        app.before_request_funcs,
        app.after_request_funcs,
        app.teardown_request_funcs,
        app.template_context_processors,
        app.url_value_preprocessors,
        app.url_default_functions,
    ):
        for name, functions in registry.items():
            if name is not None:
                for each in functions:
                    found[name, id(each)] = each
    return found


def compare(module: Module, before: Snapshot, after: Snapshot) -> Registrations:
    """Return what is in ``after`` and was not in ``before``."""
    # By identity: to compare a proxy, such as current_user, would resolve it.
    added = Registrations(
        hooks={
            kind: [v for key, v in found.items() if key not in before.hooks[kind]]
            for kind, found in after.hooks.items()
        },
        rules=[rule for key, rule in after.rules.items() if key not in before.rules],
        replaced_extensions=[
            name
            for name, value in before.extensions.items()
            if after.extensions.get(name) is not value
        ],
        changed_settings=[
            name
            for name, value in after.settings.items()
            if name not in before.settings or before.settings[name] is not value
        ],
    )
    for name, command in after.commands.items():
        if name not in before.commands:
            added.commands.append(command)
        elif before.commands[name] is not command:
            added.replaced_commands.append((name, command))
    added.replaced_views = [
        (endpoint, after.views.get(endpoint))
        for endpoint, view in before.views.items()
        if after.views.get(endpoint) is not view
    ]
    added.foreign_hooks = [
        (name, function)
        for (name, identity), function in after.blueprint_hooks.items()
        if (name, identity) not in before.blueprint_hooks
        and name.partition(".")[0] != module.name
    ]
    return added


FIX = "Add {!r} to hooks in the manifest, or use the blueprint's own."


def findings(
    app: Flask, module: Module, before: Snapshot, after: Snapshot
) -> Iterator[tuple[str, Finding]]:
    """Yield what a module has registered outside of its own prefix, with the rule."""
    yield from problems(app, module, compare(module, before, after))


def problems(
    app: Flask, module: Module, added: Registrations
) -> Iterator[tuple[str, Finding]]:
    """Yield the registrations that break a rule: the name of the rule, the finding."""
    kernel = Kernel.of(app)

    def finding(function: Any, what: str, fix: str) -> Finding:
        return Finding(*_place(app, module, function), what, fix)

    for hook in sorted(HOOKS.keys() - set(module.hooks)):
        for function in added.hooks[hook]:
            what = f"{module.name} registers {hook} {_name(function)} for the whole app"
            yield "hooks", finding(function, what, FIX.format(hook))
    prefix = module.url_prefix.rstrip("/")
    for rule in added.rules:
        if not (rule.rule == prefix or rule.rule.startswith(f"{prefix}/")):
            what = f"{module.name} registers the URL {rule.rule}"
            view = app.view_functions.get(rule.endpoint)
            fix = f"Register it below {module.url_prefix}."
            yield "hooks", finding(view, what, fix)
    for endpoint, view in added.replaced_views:
        what = f"{module.name} replaces the view of {endpoint}"
        yield "hooks", finding(view, what, "Add an endpoint of your own.")
    for name, function in added.foreign_hooks:
        if name in kernel.active:
            what = f"{module.name} registers {_name(function)} for the pages of {name}"
            yield "hooks", finding(function, what, f"Let {name} register it.")
    for name in added.replaced_extensions:
        what = f"{module.name} replaces the extension {name!r}"
        fix = "Store your object under the name of the module."
        yield "hooks", finding(None, what, fix)
    for name, command in added.replaced_commands:
        what = f"{module.name} replaces the command {name}"
        yield (
            "names",
            finding(command.callback, what, "Give your command another name."),
        )
    settings = {
        each.name
        for cls in kernel.settings
        if not cls.__module__.startswith(f"{module.import_name}.")
        for each in fields(cls)
    }
    for name in added.changed_settings:
        if name in settings or name in CORE_SETTINGS:
            what = f"{module.name} changes the setting {name!r}"
            fix = "Change it in config.py; a module only reads settings."
            yield "settings", finding(None, what, fix)


def _place(app: Flask, module: Module, function: Any) -> tuple[str, int]:
    """Return where a function is written, or where the manifest lists the hooks."""
    code = getattr(inspect.unwrap(function), "__code__", None) if function else None
    root = Path(app.root_path)
    if code and Path(code.co_filename).is_relative_to(module.path):
        return Path(code.co_filename).relative_to(root).as_posix(), code.co_firstlineno
    path = module.path / "__init__.py"
    file = path.relative_to(root).as_posix()
    return file, line_of(PythonFile(path, file), "hooks")


def line_of(manifest: PythonFile, keyword: str) -> int:
    """Return the line of a keyword of the manifest, or that of the manifest."""
    for node in manifest.nodes:
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Module"):
            lines = {each.arg: each.value.lineno for each in node.keywords}
            return lines.get(keyword, node.lineno)
    return 1


def _name(function: Any) -> str:
    return getattr(function, "__qualname__", type(function).__name__)
