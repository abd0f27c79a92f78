"""The rules, by name; each one's file says why it is a rule."""

from collections.abc import Callable, Iterator

from ..project import Project
from ..violation import Finding
from . import (
    boxes,
    cycles,
    declared,
    endpoints,
    hooks,
    imports,
    kernel,
    names,
    settings,
    tables,
    templates,
)

Rule = Callable[[Project], Iterator[Finding]]

RULES: dict[str, Rule] = {
    "kernel": kernel.check,
    "imports": imports.check,
    "declared": declared.check,
    "boxes": boxes.check,
    "cycles": cycles.check,
    "templates": templates.check,
    "endpoints": endpoints.check,
    "tables": tables.check,
    "settings": settings.check,
    "hooks": hooks.check,
    "names": names.check,
}
