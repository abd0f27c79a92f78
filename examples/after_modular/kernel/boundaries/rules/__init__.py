"""The rules by name; the file of each one says why it is a rule."""

from collections.abc import Callable, Iterator

from ..project import Project
from ..violation import Finding, Violation
from . import (
    boxes,
    cycles,
    declared,
    endpoints,
    events,
    hooks,
    imports,
    interfaces,
    kernel,
    names,
    settings,
    state,
    tables,
    templates,
)

__all__ = ["RULES", "check"]

Rule = Callable[[Project], Iterator[Finding]]

RULES: dict[str, Rule] = {
    "kernel": kernel.check,
    "imports": imports.check,
    "interfaces": interfaces.check,
    "declared": declared.check,
    "boxes": boxes.check,
    "cycles": cycles.check,
    "templates": templates.check,
    "endpoints": endpoints.check,
    "tables": tables.check,
    "settings": settings.check,
    "hooks": hooks.check,
    "names": names.check,
    "events": events.check,
    "state": state.check,
}


def check(project: Project) -> list[Violation]:
    """Return every violation of every rule once, in the order of the files."""
    found = {
        Violation(*finding, rule=name)
        for name, rule in RULES.items()
        for finding in rule(project)
    }
    places = {(each.file, each.line, each.rule) for each in found}
    found |= {
        each
        for each in project.reported
        if (each.file, each.line, each.rule) not in places
    }
    return sorted(found)
