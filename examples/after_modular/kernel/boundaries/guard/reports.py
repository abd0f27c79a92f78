"""Reports of the guard: an error where it happens, or a list for ``modules check``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask, Response, g, has_app_context

from kernel.exceptions import ModuleError

from .. import baseline
from ..violation import Violation


class BoundaryError(Exception):
    """A module crossed a boundary; the message says where, and how to fix it."""


_collected: list[list[Violation]] = []
_known: set[str] = set()


def init_app(app: Flask) -> None:
    """Read the baseline; raise again in the request what a module has caught."""
    file = Path(app.root_path) / baseline.FILE
    _known.clear()
    _known.update(key for _, key in baseline.read(file))
    app.after_request(_raise_caught)


@contextmanager
def collected() -> Iterator[list[Violation]]:
    """Collect the violations that are found inside, instead of raising them."""
    found: list[Violation] = []
    _collected.append(found)
    try:
        yield found
    finally:
        _collected.remove(found)


def report(rule: str, file: str, line: int, what: str, fix: str) -> None:
    """Raise an error for a violation that the baseline does not list.

    :raises BoundaryError: while the app runs.
    :raises ModuleError: while it starts. Commands start anyway, or there would be no
        ``flask modules check``.
    """
    violation = Violation(file, line, what, fix, rule)
    if violation.key in _known:
        return
    if _collected:
        _collected[-1].append(violation)
        return
    if has_app_context():
        g.setdefault("boundary_violations", []).append(str(violation))
        raise BoundaryError(str(violation))
    context = click.get_current_context(silent=True)
    if context is None or context.info_name == "run":
        raise ModuleError(violation.message, error=violation.code)


def _raise_caught(response: Response) -> Response:
    if found := g.pop("boundary_violations", None):
        raise BoundaryError(found[0])
    return response
