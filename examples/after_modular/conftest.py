"""The app that every test starts from. The fixtures are those of the two plugins."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from flask import Flask

import app
from kernel import Module
from kernel.testing import AppFactory

pytest_plugins = ["kernel.testing.plugin", "web.testing"]


@pytest.fixture(scope="session")
def create_app() -> AppFactory:
    """Return the app factory with the settings of tests."""

    def create_app(database: Path, modules: Iterable[str | Module]) -> Flask:
        config = {
            "APP_ENV": "testing",
            "TESTING": True,  # exceptions reach the test instead of an error page
            "DATABASE_URL": f"sqlite:///{database}",
            "MAIL_BACKEND": "locmem",
            "WTF_CSRF_ENABLED": False,
        }
        return app.create_app(config, modules=modules)

    return create_app
