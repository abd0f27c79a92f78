"""The guard: in development and in tests it watches the boundaries of the running app.

It sees what no rule can read from the source: modules that are imported by a computed
name, SQL that is put together, objects that an interface returns. The first violation
raises an error that names the file, the line, the rule and the fix. In production it is
not installed.
"""

from __future__ import annotations

from flask import Flask

from kernel.loader import module_registered, module_registers
from kernel.manifest import Module
from kernel.runtime import Kernel

from . import calls, data, imports, pages, reports
from .registrations import Snapshot, findings, snapshot
from .reports import collected
from .watch import WATCH

__all__ = ["collected", "init_app"]

_before: dict[str, Snapshot] = {}


def init_app(app: Flask) -> None:
    """Watch ``app``; call it before the modules are loaded."""
    WATCH.start(app)
    imports.install()
    data.install()
    reports.init_app(app)
    pages.init_app(app)
    calls.init_app(app)
    module_registers.connect(_start, app)
    module_registered.connect(_finish, app)
    Kernel.of(app).module_checks.append(_loaded)


def _start(app: Flask, module: Module) -> None:
    _before[module.name] = snapshot(app)


def _finish(app: Flask, module: Module) -> None:
    before = _before.pop(module.name)
    if WATCH.places is None or WATCH.places.modules.get(module.name) is not module:
        return  # a fake or a remote module: its manifest declares no hooks
    for rule, finding in findings(app, module, before, snapshot(app)):
        reports.report(rule, *finding)


def _loaded(app: Flask, module: Module) -> None:
    WATCH.loaded(app)
