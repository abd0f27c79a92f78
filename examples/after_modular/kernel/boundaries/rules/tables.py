"""A table belongs to one module; no other one names it.

Whoever reads another module's table is broken by its next migration. So there are no
foreign keys between modules, no SQL on another's tables, and nobody takes another's
session. (A relationship to another module's model keeps the app from starting.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kernel.manifest import Module

from ..project import Project
from ..violation import Finding


def check(project: Project) -> Iterator[Finding]:
    """Yield each place that reaches for another module's data."""
    yield from _foreign_tables(project)
    for module in project.modules.values():
        yield from _foreign_sessions(project, module)


def _foreign_tables(project: Project) -> Iterator[Finding]:
    owners = {
        table: module
        for module in project.modules.values()
        if (models := module.part("models"))
        for table in models.Base.metadata.tables
    }
    any_table = re.compile(rf"\b({'|'.join(sorted(owners))})\b")
    for source in project.python:
        for line, text in source.strings():
            for table in sorted(set(any_table.findall(text)) if owners else ()):
                owner = owners[table]
                if owner is not source.owner:
                    what = (
                        f"{source.owner_name} names {table!r}, a table of {owner.name}"
                    )
                    instead = f"Keep the plain id, and ask the api of {owner.name}."
                    yield Finding(source.file, line, what, instead)


def _foreign_sessions(project: Project, module: Module) -> Iterator[Finding]:
    for source in project.python_of(module):
        for line, name in source.calls("module_session", "get_session"):
            if name and name != module.name:
                what = f"{module.name} takes the session of {name}"
                instead = f"Say module_session({module.name!r})."
                yield Finding(source.file, line, what, instead)
