"""The application factory: settings, kernel, then the modules register themselves."""

import os
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask

import kernel
import web
from config import Settings
from kernel import operations, outbox, remote


def create_app(
    config: Mapping[str, Any] | None = None, *, modules: Iterable[str] | None = None
) -> Flask:
    """Build the app from the environment, ``config`` overriding it key by key.

    ``modules`` names the modules to run; all that are found, if it is not given.
    """
    overrides = dict(config or {})
    settings = Settings.load({**os.environ, **overrides})

    def make_app() -> Flask:
        app = Flask(
            __name__, template_folder="web/templates", static_folder="web/static"
        )
        app.config.from_object(settings)
        app.config.update(overrides)
        kernel.init_app(app)
        web.init_app(app)
        if settings.REMOTE_MODULES:
            remote.init_app(app)
        outbox.init_app(app)
        operations.init_app(app)
        return app

    return kernel.load_modules(make_app, only=modules or settings.MODULES)
