"""Remove the code of a module; its tables stay in the database."""

from __future__ import annotations

from ..manifest import Module
from .errors import ScaffoldingError
from .project import Project
from .staging import staging


def check_removable(project: Project, name: str) -> Module:
    """Return the module, if no other one depends on it.

    :raises ScaffoldingError: when there is no such module, or another depends on it.
    """
    module = project.module(name)
    if dependents := [m.name for m in project.found.values() if name in m.depends_on]:
        raise ScaffoldingError(
            f"{name!r} can't be removed: {', '.join(dependents)} depends on it. Remove "
            f"the dependents first, or take {name!r} out of their depends_on.",
            error="module-has-dependents",
        )
    return module


def remove_module(project: Project, module: Module) -> None:
    """Remove the folder of a module, all of it or, if that fails, nothing."""
    with staging(project.modules) as folder:
        module.path.rename(folder / module.name)


def drop_statements(module: Module) -> list[str]:
    """Return the SQL that drops the tables of a module, one statement per table."""
    models = module.part("models")
    if models is None:
        return []
    tables = [table.name for table in reversed(models.Base.metadata.sorted_tables)]
    return [f"DROP TABLE {name};" for name in (*tables, f"{module.name}_migration")]
