"""Loading: import the modules' files and register them on an app."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from blinker import signal
from flask import Blueprint, Flask, abort, request

from . import events, migrations, settings
from .discovery import discover
from .exceptions import ModuleError, code_of, reason_of, with_page
from .interfaces import check_provider
from .manifest import Module
from .runtime import Kernel, QuarantinedModule

# Sent before and after a ``module`` registers its pages, and when all have done so.
module_registers = signal("module-registers")
module_registered = signal("module-registered")
app_loaded = signal("app-loaded")


class ModuleFailed(Exception):
    """A module raised while it was loaded; the message says what, and where."""

    def __init__(self, module: Module, error: BaseException) -> None:
        self.module = module
        self.reason = reason_of(error)
        self.error = code_of(error, "module-not-loaded")
        super().__init__(with_page(self.reason, self.error))


@contextmanager
def attribute_errors_to(module: Module) -> Iterator[None]:
    """Turn whatever is raised inside into a :class:`ModuleFailed` of ``module``.

    An error that is attributed to another module already stays with that one.
    """
    try:
        yield
    except (ModuleFailed, KeyboardInterrupt):
        raise
    except BaseException as error:  # a module may even call exit()
        raise ModuleFailed(module, error) from error


def load_modules(
    make_app: Callable[[], Flask], *, only: Iterable[str | Module] = ()
) -> Flask:
    """Return an app that runs the modules found beside ``app.py``.

    In production, where the setting ``QUARANTINE`` is on, a module that can't be
    loaded is disabled, and so are those that depend on it. An app can't unregister
    what a module has registered, so it is made again each time.

    :param make_app: returns a new app with the kernel and without modules.
    :param only: the modules to use; those of the setting ``MODULES`` by default, or
        all that are found. A manifest is loaded instead of the one found by its name.
    :raises ModuleError: when a module can't be used, before any request is served:
        any module while ``QUARANTINE`` is off, a critical one always.
    """
    quarantined: dict[str, QuarantinedModule] = {}
    while True:
        app = make_app()
        try:
            with _no_garbage_collection():
                _load(app, tuple(only) or app.config["MODULES"], quarantined)
        except ModuleFailed as failure:
            module = failure.module
            if module.critical or not app.config["QUARANTINE"]:
                raise ModuleError(
                    f"The module {module.name!r} can't be loaded. {failure.reason}",
                    error=failure.error,
                ) from failure
            app.logger.exception("%r is quarantined", module.name)
            quarantined[module.name] = QuarantinedModule(
                name=module.name, url_prefix=module.url_prefix, reason=str(failure)
            )
        else:
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


def _load(
    app: Flask, only: Iterable[str | Module], quarantined: dict[str, QuarantinedModule]
) -> None:
    kernel = Kernel.of(app)
    kernel.quarantined = quarantined
    kernel.substitutes |= {m.name: m for m in only if isinstance(m, Module)}
    for module in discover(
        Path(app.root_path) / "modules",
        only=[each if isinstance(each, str) else each.name for each in only],
        substitutes=kernel.substitutes,
    ):
        if module.name not in quarantined:
            with attribute_errors_to(module):
                _check_dependencies(module, kernel)
                kernel.active[module.name] = module
                _load_parts(app, kernel, module)
    # Only when all are known: what a page shows of other modules depends on no order.
    for module in kernel.active.values():
        with attribute_errors_to(module):
            module_registers.send(app, module=module)
            _register_pages(app, module)
            module_registered.send(app, module=module)
    # Iterating the URL map sorts it, so do it once, after all are registered.
    for module in kernel.active.values():
        with attribute_errors_to(module):
            for check in kernel.module_checks:
                check(app, module)
    _close_pages(app, quarantined.values())


def _check_dependencies(module: Module, kernel: Kernel) -> None:
    if missing := [name for name in module.depends_on if name not in kernel.active]:
        raise ModuleError(
            f"It depends on {', '.join(missing)}, which is quarantined.",
            error="dependency-quarantined",
        )


def _load_parts(app: Flask, kernel: Kernel, module: Module) -> None:
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


def _close_pages(app: Flask, quarantined: Iterable[QuarantinedModule]) -> None:
    """Answer 503 below the prefixes of modules that failed to load."""
    prefixes = tuple(f"{each.url_prefix}/" for each in quarantined)

    def refuse() -> None:
        if f"{request.path}/".startswith(prefixes):
            abort(503, "This feature is temporarily unavailable.")

    if prefixes:
        app.before_request(refuse)
