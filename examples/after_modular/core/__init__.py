"""The kernel: what every module needs and no module owns. It knows no module."""

from flask import Flask

from . import (
    cli,
    converters,
    database,
    errors,
    events,
    filters,
    mail,
    migrations,
    modules_cli,
    navigation,
    pages,
    security,
    tools_cli,
)
from .loader import load_modules

__all__ = ["init_app", "load_modules"]


def init_app(app: Flask) -> None:
    """Set up the extensions and the pages that belong to no module."""
    for part in (
        database,
        converters,
        migrations,
        events,
        mail,
        security,
        errors,
        filters,
        navigation,
        pages,
        cli,
        modules_cli,
        tools_cli,
    ):
        part.init_app(app)
