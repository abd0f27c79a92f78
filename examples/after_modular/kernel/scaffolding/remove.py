"""Remove the code of a module. What it keeps in the database is nobody's to drop."""

from __future__ import annotations

from kernel.manifest import Module

from .project import Project
from .refusal import Refused
from .staging import staging


def check_removable(project: Project, name: str) -> Module:
    """Return the module, if the app can do without it.

    :raises Refused: when there is no such module, or another one depends on it.
    """
    module = project.module(name)
    if needed_by := [m.name for m in project.found.values() if name in m.depends_on]:
        raise Refused(
            f"{name!r} can't go: {', '.join(needed_by)} depends on it. Remove what "
            "depends on it first, or take it out of depends_on."
        )
    return module


def remove_module(project: Project, module: Module) -> None:
    """Remove the folder of a module, all of it or, if that fails, nothing."""
    with staging(project.modules) as folder:
        module.path.rename(folder / module.name)


def drop_statements(module: Module) -> list[str]:
    """Return the SQL that would drop the tables of a module, one by name in each."""
    models = module.part("models")
    if models is None:
        return []
    tables = [table.name for table in reversed(models.Base.metadata.sorted_tables)]
    return [f"DROP TABLE {name};" for name in (*tables, f"{module.name}_migration")]
