"""The site around the modules: layout, error pages, menus, forms, mail."""

from flask import Flask

from kernel import Kernel

from . import (
    containment,
    converters,
    demo_command,
    errors,
    filters,
    frozen,
    mail,
    navigation,
    pages,
    proxies,
    security,
)
from .extension_points import EXTENSION_POINTS

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Set up the features that all pages share."""
    for part in (
        proxies,
        converters,
        mail,
        security,
        errors,
        filters,
        navigation,
        pages,
        demo_command,
        containment,
        frozen,
    ):
        part.init_app(app)
    Kernel.of(app).extension_points.extend(EXTENSION_POINTS)
