"""Names are unique: of URLs, commands, events, and of the modules themselves.

Where two things have one name, one of them is hidden and nobody is told. (What Flask
and the kernel refuse is not checked again: two modules, blueprints, endpoints or
folders of templates of one name keep the app from starting.)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import permutations
from typing import Any

from kernel.manifest import Module

from ..project import Project
from ..violation import Finding


def check(project: Project) -> Iterator[Finding]:
    """Yield each name that stands for two things."""
    seen: dict[str, Module] = {}
    for module in project.modules.values():
        for name, function, instead in _added_names(project, module):
            if (twin := seen.setdefault(name, module)) is not module:
                what = f"{module.name} and {twin.name} both have {name}"
                place = project.place(function, module)
                yield Finding(
                    *(place or (project.manifest(module).file, 1)), what, instead
                )
        yield from _twice_defined_events(project, module)
    yield from _ambiguous_tables(project)


def _added_names(project: Project, module: Module) -> Iterator[tuple[str, Any, str]]:
    """Yield each URL and command, the function behind it, and what to do."""
    added = project.added[module.name]
    for rule in added["rules"]:
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            view = project.app.view_functions[rule.endpoint]
            yield f"{method} {rule}", view, "Change one of the URLs."
    for command in added["commands"]:
        name = f"the command {command.name}"
        yield name, command.callback, "Rename one of the commands."


def _twice_defined_events(project: Project, module: Module) -> Iterator[Finding]:
    for source in project.python_of(module):
        if source.path.name != "events.py":
            continue
        seen: set[str] = set()
        for node in source.tree.body:
            if isinstance(node, ast.ClassDef):
                if node.name in seen:
                    what = f"{module.name} defines the event {node.name} twice"
                    yield Finding(source.file, node.lineno, what, "Rename one.")
                seen.add(node.name)


def _ambiguous_tables(project: Project) -> Iterator[Finding]:
    for one, other in permutations(project.modules.values(), 2):
        if other.name.startswith(f"{one.name}_"):
            what = f"the tables of {other.name} look like tables of {one.name}"
            instead = f"Choose a name that does not start with '{one.name}_'."
            yield Finding(project.manifest(other).file, 1, what, instead)
