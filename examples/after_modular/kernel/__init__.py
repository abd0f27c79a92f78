"""The kernel: discovers modules, loads them, and connects them.

Modules import from here, and from nothing below. The kernel knows no module; copy the
folder into another app, and it works there.
"""

import logging
from collections.abc import Mapping
from typing import Any

from flask import Flask

from . import cli, database, dispatcher
from .cli import migrate_database
from .database import db, module_registry, module_session, utcnow
from .dispatcher import InProcessDispatcher, idempotency_key
from .events import Event, listens, publish
from .exceptions import ModuleError, StartupError
from .extension_points import ExtensionPoint
from .interfaces import has_module, published
from .loader import load_modules
from .manifest import Link, Module
from .migrations import pending as pending_migrations
from .runtime import EXTENSION, Kernel, current_kernel
from .settings import ModuleSettings, setting

__all__ = [
    "Event",
    "ExtensionPoint",
    "Kernel",
    "Link",
    "Module",
    "ModuleError",
    "ModuleSettings",
    "StartupError",
    "current_kernel",
    "db",
    "has_module",
    "idempotency_key",
    "init_app",
    "listens",
    "load_modules",
    "migrate_database",
    "module_registry",
    "module_session",
    "pending_migrations",
    "publish",
    "published",
    "setting",
    "utcnow",
]

__version__ = "1.0.0"


def init_app(app: Flask, environment: Mapping[str, Any]) -> None:
    """Set up the kernel of ``app``: the database, in-process events, one command.

    It reads these keys of ``app.config``: ``SQLALCHEMY_ENGINES``, ``BASE_URL``,
    ``PRODUCTION``, ``QUARANTINE``, ``EVENTS_RAISE``, ``MODULES``.

    :param environment: the source of the modules' settings, usually ``os.environ``.
    """
    app.extensions[EXTENSION] = Kernel(
        environment=environment, dispatcher=InProcessDispatcher(app)
    )
    database.init_app(app)
    dispatcher.init_app(app)
    app.cli.add_command(cli.initialize)
    # `flask initialize` reports what it did; Alembic would report it a second time.
    logging.getLogger("alembic").setLevel(logging.WARNING)
