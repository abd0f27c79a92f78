"""The registry: which modules the current app runs, and which it runs without."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import current_app

from .manifest import Module

EXTENSION = "modules"


@dataclass(frozen=True, kw_only=True)
class Quarantined:
    """A module that could not be loaded, and that the app runs without.

    :param name: the name of the module.
    :param url_prefix: where its pages would start; they answer 503.
    :param reason: what went wrong, and where.
    """

    name: str
    url_prefix: str
    reason: str


@dataclass(frozen=True)
class Registry:
    """The modules of one app, by name, in the order they were loaded."""

    active: dict[str, Module] = field(default_factory=dict)
    quarantined: dict[str, Quarantined] = field(default_factory=dict)


def active_modules() -> dict[str, Module]:
    """Return the modules that run, by name, in the order they were loaded."""
    return _registry().active


def quarantined_modules() -> dict[str, Quarantined]:
    """Return the modules that could not be loaded, by name."""
    return _registry().quarantined


def _registry() -> Registry:
    registry: Registry = current_app.extensions[EXTENSION]
    return registry
