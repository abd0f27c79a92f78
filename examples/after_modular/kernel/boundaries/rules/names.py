"""Names are unique: of URLs, commands, events, and of the modules themselves.

Of two things with the same name one hides the other without a message. (What Flask and
the kernel refuse is not checked again: two modules, blueprints, endpoints or template
folders of one name keep the app from starting.)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import permutations
from typing import Any

from kernel.manifest import Module

from ..guard.registrations import problems
from ..project import Project
from ..violation import Finding


def check(project: Project) -> Iterator[Finding]:
    """Yield each name that stands for two things."""
    seen: dict[str, Module] = {}
    for module in project.modules.values():
        for name, function, fix in _added_names(project, module):
            if (other := seen.setdefault(name, module)) is not module:
                what = f"{module.name} and {other.name} both have {name}"
                yield _finding(project, module, function, what, fix)
        added = project.registrations[module.name]
        for rule, finding in problems(project.app, module, added):
            if rule == "names":
                yield finding
        yield from _events_defined_twice(project, module)
    yield from _ambiguous_tables(project)


def _finding(
    project: Project, module: Module, function: Any, what: str, fix: str
) -> Finding:
    place = project.where(function, module)
    return Finding(*(place or (project.manifest(module)[0], 1)), what, fix)


def _added_names(project: Project, module: Module) -> Iterator[tuple[str, Any, str]]:
    """Yield each URL and command, the function behind it, and how to fix it."""
    added = project.registrations[module.name]
    for rule in added.rules:
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            view = project.app.view_functions[rule.endpoint]
            yield f"{method} {rule}", view, "Change one of the URLs."
    for command in added.commands:
        fix = "Rename one of the commands."
        yield f"the command {command.name}", command.callback, fix


def _events_defined_twice(project: Project, module: Module) -> Iterator[Finding]:
    file = project.program.files.get(f"{module.import_name}.events")
    seen: set[str] = set()
    for node in file.tree.body if file else ():
        if isinstance(node, ast.ClassDef) and file:
            if node.name in seen:
                what = f"{module.name} defines the event {node.name} twice"
                yield Finding(file.file, node.lineno, what, "Rename one of them.")
            seen.add(node.name)


def _ambiguous_tables(project: Project) -> Iterator[Finding]:
    for one, other in permutations(project.modules.values(), 2):
        if other.name.startswith(f"{one.name}_"):
            what = f"the tables of {other.name} look like tables of {one.name}"
            fix = f"Choose a name that does not start with '{one.name}_'."
            yield Finding(project.manifest(other)[0], 1, what, fix)
