"""Loading: import the modules' files and register them on the app."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from flask import Blueprint, Flask

from . import events, migrations
from .discovery import discover
from .exceptions import ModuleError
from .module import Module
from .registry import EXTENSION


def load_modules(app: Flask, *, only: Iterable[str] = ()) -> None:
    """Find the modules beside ``app.py`` and register each one on the app.

    :param only: the names of the modules to use; all of them if empty.
    :raises ModuleError: when a module can't be used, before any request is served.
    """
    modules = discover(Path(app.root_path) / "modules", only=only)
    app.extensions[EXTENSION] = {module.name: module for module in modules}
    for module in modules:
        _register(app, module)


def _register(app: Flask, module: Module) -> None:
    if models := module.part("models"):
        migrations.check(module, models)
    if published := module.part("events"):
        events.register(app, published)
    if listeners := module.part("listeners"):
        events.subscribe(app, module, listeners)
    if view := module.part("view"):
        blueprint = getattr(view, "blueprint", None)
        if not isinstance(blueprint, Blueprint) or blueprint.name != module.name:
            raise ModuleError(
                f"{view.__file__}: no blueprint named {module.name!r}. Add "
                f"blueprint = Blueprint({module.name!r}, __name__, ...)."
            )
        _refuse_foreign_templates(module)
        app.register_blueprint(blueprint, url_prefix=module.url_prefix)


def _refuse_foreign_templates(module: Module) -> None:
    # Flask looks for a template in all modules; the first that has the name wins.
    for path in sorted(module.path.glob("templates/*")):
        if path.name != module.name:
            raise ModuleError(
                f"{path}: another module's template of this name would be hidden. "
                f"Move it into templates/{module.name}/."
            )
