"""The registry: which modules the current app runs."""

from flask import current_app

from .module import Module

EXTENSION = "modules"


def active_modules() -> dict[str, Module]:
    """Return the modules by name, in the order they were loaded."""
    modules: dict[str, Module] = current_app.extensions[EXTENSION]
    return modules
