"""Boundaries: rules for the source, and a guard that watches the running app.

Each rule is a file in :mod:`kernel.boundaries.rules` that says why it exists. Deleting
this folder, and its line in ``app.py``, leaves a working app.
"""

from flask import Flask

from .modules_cli import modules

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Add ``flask modules``; outside of production, also watch the app."""
    app.cli.add_command(modules)
    if not app.config["PRODUCTION"]:
        from . import guard

        guard.init_app(app)
