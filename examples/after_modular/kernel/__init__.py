"""The kernel: what every module needs and no module owns. It knows no module."""

from flask import Flask

from . import cli, database, events, migrations, modules_cli, tools_cli
from .loader import load_modules

__all__ = ["init_app", "load_modules"]


def init_app(app: Flask) -> None:
    """Set up the database, the events and the commands, before any module is loaded."""
    for part in (database, migrations, events, cli, modules_cli, tools_cli):
        part.init_app(app)
