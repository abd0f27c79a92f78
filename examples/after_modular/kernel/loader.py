"""Loading: import the modules' files and register them on an app."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from blinker import signal
from flask import Blueprint, Flask

from . import events, migrations
from .discovery import discover
from .exceptions import ModuleError
from .manifest import Module
from .quarantine import ModuleFailed, blamed_on, close_pages
from .registry import EXTENSION, Quarantined, Registry

# Other modules use these: a mistake in them must be found here, not there.
PARTS_FOR_OTHERS = ("api", "admin", "personal_data")

# Sent before a module adds its pages to an app: what is different afterwards is the
# module's. The sender is the app; the receiver also gets ``module``.
module_registers = signal("module-registers")

# What looks at each module once all of them are registered: gets the app, the module.
CHECKS = "module_checks"


def load_modules(make_app: Callable[[], Flask], *, only: Iterable[str] = ()) -> Flask:
    """Return an app that runs the modules found beside ``app.py``.

    In production, where the setting ``QUARANTINE`` is on, a module that can't be
    loaded is left out, and so is what depends on it. An app can't give back what a
    module has registered so far, so it is made again each time.

    :param make_app: returns a new app, with the kernel and without modules.
    :param only: the names of the modules to use; all of them if empty.
    :raises ModuleError: when a module can't be used, before any request is served:
        any module while ``QUARANTINE`` is off, a critical one always.
    """
    quarantined: dict[str, Quarantined] = {}
    while True:
        app = make_app()
        try:
            with _no_garbage_collection():
                _load(app, only, quarantined)
        except ModuleFailed as failure:
            if failure.module.critical or not app.config["QUARANTINE"]:
                raise ModuleError(
                    f"The module {failure.module.name!r} can't be loaded. {failure}"
                ) from failure
            app.logger.exception("%r is quarantined", failure.module.name)
            quarantined[failure.module.name] = failure.quarantined()
        else:
            return app


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Don't look for garbage: what modules define stays, and there is much of it."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _load(app: Flask, only: Iterable[str], quarantined: dict[str, Quarantined]) -> None:
    registry = Registry(quarantined=quarantined)
    app.extensions[EXTENSION] = registry
    for module in discover(Path(app.root_path) / "modules", only=only):
        if module.name in quarantined:
            continue
        with blamed_on(module):
            _refuse_missing_dependencies(module, registry)
            registry.active[module.name] = module
            _load_parts(app, module)
    # Now that all are known: what a page shows of the others depends on no order.
    for module in registry.active.values():
        with blamed_on(module):
            _register_pages(app, module)
    # Only now: to look into the URL map sorts it, each time that it has grown.
    for module in registry.active.values():
        with blamed_on(module):
            for check in app.extensions.get(CHECKS, ()):
                check(app, module)
    close_pages(app, quarantined.values())


def _refuse_missing_dependencies(module: Module, registry: Registry) -> None:
    if missing := [name for name in module.depends_on if name not in registry.active]:
        raise ModuleError(f"It depends on {', '.join(missing)}, which is quarantined.")


def _load_parts(app: Flask, module: Module) -> None:
    for name in PARTS_FOR_OTHERS:
        module.part(name)
    if models := module.part("models"):
        migrations.check(module, models)
    if published := module.part("events"):
        events.register(app, published)
    if listeners := module.part("listeners"):
        events.subscribe(app, module, listeners)


def _register_pages(app: Flask, module: Module) -> None:
    module_registers.send(app, module=module)
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
    folder = module.path / "templates"
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name != module.name:
            raise ModuleError(
                f"{path}: another module's template of this name would be hidden. "
                f"Move it into templates/{module.name}/."
            )
