"""Loading: import the modules' files and register them on an app."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from blinker import signal
from flask import Blueprint, Flask, abort, request

from . import events, migrations, settings
from .discovery import discover
from .exceptions import ModuleError, code_of, reason_of, with_page
from .interfaces import check_provider
from .manifest import Module
from .runtime import Kernel

# Sent before and after a ``module`` registers its pages, and when all have done so.
module_registers = signal("module-registers")
module_registered = signal("module-registered")
app_loaded = signal("app-loaded")


class ModuleRefused(ModuleError):
    """The app can't start because of one module, whichever other one was loading."""


@contextmanager
def attribute_errors_to(app: Flask, module: Module) -> Iterator[None]:
    """Quarantine ``module`` for what is raised inside; nothing else fails with it.

    :raises ModuleError: for a critical module, and while ``QUARANTINE`` is off.
    """
    try:
        yield
    except (ModuleRefused, KeyboardInterrupt):
        raise
    except BaseException as error:  # a module may even call exit()
        reason, code = reason_of(error), code_of(error, "module-not-loaded")
        if module.critical or not app.config["QUARANTINE"]:
            raise ModuleRefused(
                f"The module {module.name!r} can't be loaded. {reason}", error=code
            ) from error
        app.logger.exception("%r is quarantined", module.name)
        Kernel.of(app).quarantine(
            module.name, module.url_prefix, with_page(reason, code)
        )


def load_modules(app: Flask, *, only: Iterable[str | Module] = ()) -> Flask:
    """Load the modules found beside ``app.py`` into ``app``, and return it.

    In production, where the setting ``QUARANTINE`` is on, a module that can't be
    loaded is disabled, and so are those that depend on it. Each module is imported and
    registered once: a failure of one does not repeat what another has done.

    :param app: a new app with the kernel and without modules.
    :param only: the modules to use; those of the setting ``MODULES`` by default, or
        all that are found. A manifest is loaded instead of the one found by its name.
    :raises ModuleError: when a module can't be used, before any request is served:
        any module while ``QUARANTINE`` is off, a critical one always.
    """
    kernel = Kernel.of(app)
    only = tuple(only) or app.config["MODULES"]
    kernel.substitutes |= {m.name: m for m in only if isinstance(m, Module)}
    with _no_garbage_collection():
        unreadable: dict[str, ModuleError] = {}
        modules = discover(
            Path(app.root_path) / "modules",
            only=[each if isinstance(each, str) else each.name for each in only],
            substitutes=kernel.substitutes,
            unreadable=unreadable if app.config["QUARANTINE"] else None,
        )
        for name, error in unreadable.items():
            app.logger.error("%r is quarantined: %s", name, error)
            kernel.quarantine(name, f"/{name}", str(error))
        # All are known before one is registered: what a page shows of other modules
        # depends on no order. Iterating the URL map sorts it, so the checks come last.
        for step in (_load_parts, _register, _check, _check_dependencies):
            for module in modules:
                if module.name not in kernel.quarantined:
                    with attribute_errors_to(app, module):
                        _check_dependencies(app, module)
                        step(app, module)
    _close_pages(app)
    app_loaded.send(app)
    return app


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    # What modules define stays, and there is much of it: looking for garbage is slow.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _check_dependencies(app: Flask, module: Module) -> None:
    active = Kernel.of(app).active
    if missing := [name for name in module.depends_on if name not in active]:
        raise ModuleError(
            f"It depends on {', '.join(missing)}, which is quarantined or missing.",
            error="dependency-quarantined",
        )


def _load_parts(app: Flask, module: Module) -> None:
    kernel = Kernel.of(app)
    kernel.active[module.name] = module
    declared = module.part("settings")
    if declared and declared.Settings not in kernel.settings:
        settings.load(app, declared.Settings)
    if api := module.part("api"):
        kernel.providers[module.name] = provider = module.part("service")
        check_provider(api, provider)
    if models := module.part("models"):
        migrations.check(module, models)
    if published := module.part("events"):
        events.register(app, published)
    if listeners := module.part("listeners"):
        events.subscribe(app, module, listeners)
    for point in kernel.extension_points:
        point.check(module)


def _register(app: Flask, module: Module) -> None:
    module_registers.send(app, module=module)
    _register_pages(app, module)
    module_registered.send(app, module=module)


def _check(app: Flask, module: Module) -> None:
    for check in Kernel.of(app).module_checks:
        check(app, module)


def _register_pages(app: Flask, module: Module) -> None:
    if view := module.part("view"):
        blueprint = getattr(view, "blueprint", None)
        if not isinstance(blueprint, Blueprint) or blueprint.name != module.name:
            raise ModuleError(
                f"{view.__file__}: no blueprint named {module.name!r}. Add "
                f"blueprint = Blueprint({module.name!r}, __name__, ...).",
                error="blueprint-missing",
            )
        _check_templates(module)
        app.register_blueprint(blueprint, url_prefix=module.url_prefix)


def _check_templates(module: Module) -> None:
    # Flask searches the template folders of all modules; the first match wins.
    folder = module.path / "templates"
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name.startswith("."):
            continue  # such as the .DS_Store of a desktop
        if path.name != module.name and path.suffix in (".html", ".txt", ".xml", ""):
            raise ModuleError(
                f"{path}: it would hide another module's template of this name. "
                f"Move it into templates/{module.name}/.",
                error="template-name-clash",
            )


def _close_pages(app: Flask) -> None:
    """Answer 503 below the prefixes of modules that failed to load."""
    quarantined = Kernel.of(app).quarantined.values()
    prefixes = tuple(f"{each.url_prefix}/" for each in quarantined)

    def refuse() -> None:
        if f"{request.path}/".startswith(prefixes):
            abort(503, "This feature is temporarily unavailable.")

    if prefixes:
        app.before_request(refuse)
