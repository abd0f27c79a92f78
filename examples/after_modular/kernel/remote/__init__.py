"""Remote modules: one tree, and modules of it that run in processes of their own.

``REMOTE_MODULES`` names them, with the address of their processes. All processes load
all manifests, pages and templates, so links lead everywhere. What needs a module's
tables happens where the module runs: calls of its ``api`` are sent there, and so are
the events that it listens to.
"""

from pathlib import Path

from flask import Flask

from kernel.discovery import discover
from kernel.exceptions import StartupError
from kernel.outbox.delivery import EXTENSION as DELIVERY_CONTEXTS
from kernel.outbox.engines import QUEUES
from kernel.outbox.signals import working

from . import broker, forwarding, modules, pages, server
from .peers import EXTENSION, Peer

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Let the modules of ``REMOTE_MODULES`` be reached; call it before the outbox's.

    :raises StartupError: when the setting names no module, or no address.
    """
    urls = _urls(app.config["REMOTE_MODULES"])
    found = {each.name: each for each in discover(Path(app.root_path) / "modules")}
    if unknown := sorted(urls.keys() - found.keys()):
        raise StartupError(
            f"REMOTE_MODULES names {', '.join(unknown)}, and there is no such module. "
            f"There are {', '.join(found)}."
        )
    app.extensions[EXTENSION] = {
        name: Peer(url, app.config["SECRET_KEY"]) for name, url in urls.items()
    }
    for module in found.values():  # each after those that it depends on
        if module.name in urls:
            modules.install(module)
    app.extensions[QUEUES] = [
        broker.queue_of(name) for name in found if name not in urls
    ]
    app.extensions.setdefault(DELIVERY_CONTEXTS, []).append(forwarding.remembered)
    working.connect(broker.add_tasks, app)
    server.init_app(app)
    pages.init_app(app)


def _urls(setting: tuple[str, ...]) -> dict[str, str]:
    urls = {}
    for pair in setting:
        name, _, url = pair.partition("=")
        if not url.startswith(("http://", "https://")):
            raise StartupError(
                f"REMOTE_MODULES has {pair!r}: write it like "
                "billing=http://10.0.0.7:8000, several with commas."
            )
        urls[name] = url.rstrip("/")
    return urls
