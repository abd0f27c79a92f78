"""Frozen: a module adds to the app while it is loaded, and replaces nothing.

Flask refuses ``before_request`` and its like after the first request. What it leaves
open, and all pages share, is read-only from then on: a page that changes it fails
instead of the pages after it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from types import MappingProxyType
from typing import Any, NoReturn

from flask import Config, Flask, request_started

from kernel import Module, ModuleError
from kernel.loader import module_registered, module_registers

# What all pages share. Modules may add to each of them, and must not replace.
REGISTRIES: dict[str, Callable[[Flask], MutableMapping[str, Any]]] = {
    "template global": lambda app: app.jinja_env.globals,
    "template filter": lambda app: app.jinja_env.filters,
    "template test": lambda app: app.jinja_env.tests,
    "URL converter": lambda app: app.url_map.converters,
    "view": lambda app: app.view_functions,
    "command": lambda app: app.cli.commands,
    "setting": lambda app: app.config,
}
ATTRIBUTES = ("session_interface", "json", "aborter", "url_map", "config")
JINJA_ATTRIBUTES = ("undefined", "autoescape", "finalize")
HOOKS = (
    "before_request_funcs",
    "after_request_funcs",
    "teardown_request_funcs",
    "template_context_processors",
    "url_value_preprocessors",
    "url_default_functions",
)


class AddOnly(dict[str, Any]):
    """The extensions of an app that serves requests: new ones may come."""

    def __setitem__(self, key: str, value: Any) -> None:
        """Add a value; refuse to replace another one."""
        if self.get(key, value) is not value:
            self._refuse()
        super().__setitem__(key, value)

    def _refuse(self, *args: object, **kwargs: object) -> NoReturn:
        raise TypeError("all pages share this: it is read-only while the app serves")

    __delitem__ = __ior__ = _refuse
    pop = popitem = clear = update = _refuse


class FrozenConfig(AddOnly, Config):
    """The settings of an app that serves requests."""


def init_app(app: Flask) -> None:
    """Freeze ``app`` when the first request comes."""

    def freeze_once(sender: Flask, **_: object) -> None:
        request_started.disconnect(freeze_once, app)
        freeze(app)

    request_started.connect(freeze_once, app, weak=False)
    if app.config["QUARANTINE"]:  # elsewhere the guard names the line
        before: dict[str, Mapping[str, Any]] = {}

        def remember(sender: Flask, module: Module) -> None:
            before.update({kind: dict(of(app)) for kind, of in REGISTRIES.items()})
            before["app"] = {name: getattr(app, name) for name in ATTRIBUTES}
            env = app.jinja_env
            before["env"] = {name: getattr(env, name) for name in JINJA_ATTRIBUTES}

        def refuse_replaced(sender: Flask, module: Module) -> None:
            _refuse_replaced(app, before, module)

        module_registers.connect(remember, app, weak=False)
        module_registered.connect(refuse_replaced, app, weak=False)


def freeze(app: Flask) -> None:
    """Make read-only what all pages share."""
    env = app.jinja_env
    for name in ("globals", "filters", "tests"):
        setattr(env, name, MappingProxyType(getattr(env, name)))
    for name in HOOKS:
        functions = {key: tuple(each) for key, each in getattr(app, name).items()}
        setattr(app, name, MappingProxyType(functions))
    if app.config["QUARANTINE"]:
        app.view_functions = MappingProxyType(app.view_functions)  # type: ignore[assignment]
        app.extensions = AddOnly(app.extensions)
        app.config = FrozenConfig(app.config.root_path, app.config)


def _refuse_replaced(
    app: Flask, before: Mapping[str, Mapping[str, Any]], module: Module
) -> None:
    """Put back what the module has replaced, and refuse the module."""
    replaced = []
    for owner, kind in ((app, "app"), (app.jinja_env, "env")):
        for name, value in before[kind].items():
            if getattr(owner, name) is not value:
                setattr(owner, name, value)
                replaced.append(f"{kind}.{name}")
    for kind, registry in REGISTRIES.items():
        now = registry(app)
        for name, value in before[kind].items():
            if name not in now or now[name] is not value:
                now[name] = value
                replaced.append(f"the {kind} {name!r}")
    if replaced:
        raise ModuleError(
            f"{module.path}: it replaces {', '.join(replaced)}, which all pages use. "
            "Give it a name of its own.",
            error="replaced-registration",
        )
