"""The application factory: settings, kernel, layers; modules register themselves."""

import os
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask

import kernel
import web
from config import Settings
from kernel import (
    boundaries,
    deliveries,
    dispatchers,
    operations,
    outbox,
    remote,
    scaffolding,
)


def create_app(
    config: Mapping[str, Any] | None = None,
    *,
    modules: Iterable[str | kernel.Module] = (),
) -> Flask:
    """Build the app from the environment; ``config`` overrides it key by key.

    ``modules`` names the modules to run: by default those of the setting ``MODULES``,
    or all that are found. A manifest is used instead of the one found by its name.
    """
    environment = {**os.environ, **(config or {})}
    app = Flask(__name__, template_folder="web/templates", static_folder="web/static")
    app.config.from_object(Settings.load(environment))
    app.config.update(config or {})
    kernel.init_app(app, environment)
    web.init_app(app)
    # The layers: each is a folder of the kernel that the app runs without, too.
    remote.init_app(app)
    deliveries.init_app(app)
    dispatchers.init_app(app)
    outbox.init_app(app)
    operations.init_app(app)
    boundaries.init_app(app)
    scaffolding.init_app(app)
    return kernel.load_modules(app, only=modules)
