"""Remote modules: one source tree, some of whose modules run in other processes.

``REMOTE_MODULES`` names them and the addresses of their processes. Every process loads
all manifests, pages and templates, so links lead everywhere. What needs a module's
tables happens in the module's processes: calls of its ``api`` and its contributions to
extension points are sent there, and so are the events that it listens to.
"""

from functools import partial
from pathlib import Path

from flask import Flask

from kernel.deliveries.delivery import delivering
from kernel.discovery import discover
from kernel.dispatchers import celery_made
from kernel.exceptions import ModuleError, StartupError
from kernel.runtime import Kernel
from kernel.settings import load

from . import broker, forwarding, pages, server
from .client import RemoteModuleClient
from .module import RemoteModule
from .settings import RemoteSettings

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Make the modules of ``REMOTE_MODULES`` remote; call it before the dispatchers'.

    :raises StartupError: when the setting names a module that does not exist.
    """
    urls = load(app, RemoteSettings).urls()
    if not urls:
        return
    kernel = Kernel.of(app)
    folder = Path(app.root_path) / "modules"
    unreadable: dict[str, ModuleError] | None = (
        {} if app.config["QUARANTINE"] else None
    )  # the loader reports them
    found = {each.name: each for each in discover(folder, unreadable=unreadable)}
    if unknown := sorted(urls.keys() - found.keys()):
        raise StartupError(
            f"REMOTE_MODULES names {', '.join(unknown)}, and there is no such module. "
            f"There are {', '.join(found)}.",
            error="unknown-module",
        )
    for name, url in urls.items():
        client = RemoteModuleClient(name, url, app.config["SECRET_KEY"])
        kernel.substitutes[name] = RemoteModule(found[name], kernel, client)
        kernel.substitutes[name].part("remote")  # what replaces the module's own hooks
    local = [name for name in found if name not in urls]
    delivering.connect(forwarding.keep_current_delivery, app)
    celery_made.connect(partial(broker.configure, modules=local), app, weak=False)
    server.init_app(app)
    pages.init_app(app)
