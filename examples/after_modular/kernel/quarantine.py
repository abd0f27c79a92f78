"""Quarantine: in production the app runs without a module that can't be loaded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from flask import Flask, abort, request

from .exceptions import reason_of
from .manifest import Module
from .registry import Quarantined


class ModuleFailed(Exception):
    """A module raised while it was loaded; the message says what, and where."""

    def __init__(self, module: Module, reason: str) -> None:
        super().__init__(reason)
        self.module = module

    def quarantined(self) -> Quarantined:
        """Return the entry for the registry."""
        return Quarantined(
            name=self.module.name, url_prefix=self.module.url_prefix, reason=str(self)
        )


@contextmanager
def blamed_on(module: Module) -> Iterator[None]:
    """Turn whatever is raised inside into a :class:`ModuleFailed` of ``module``.

    What was blamed on another module already, such as one whose part failed while
    this one asked for it, stays blamed on that.
    """
    try:
        yield
    except ModuleFailed:
        raise
    except (Exception, SystemExit) as error:  # a module may even call exit()
        raise ModuleFailed(module, reason_of(error)) from error


def close_pages(app: Flask, quarantined: Iterable[Quarantined]) -> None:
    """Answer 503 below the prefixes of modules that are not there."""
    prefixes = tuple(f"{each.url_prefix}/" for each in quarantined)

    def refuse() -> None:
        if f"{request.path}/".startswith(prefixes):
            abort(503, "This part of the site is not working. The rest is.")

    if prefixes:
        app.before_request(refuse)
