"""Write a migration from the difference between models and database."""

from __future__ import annotations

from alembic import command

from .. import migrations
from ..manifest import Module
from .errors import ScaffoldingError


def find_package(name: str) -> Module:
    """Return the module or the package of the kernel that has tables.

    :raises ScaffoldingError: when there is none of this name.
    """
    known = {each.name: each for each in migrations.modules_with_tables()}
    if name not in known:
        raise ScaffoldingError(
            f"No module {name!r} has tables. Those with tables: {', '.join(known)}.",
            error="module-without-tables",
        )
    return known[name]


def write_revision(module: Module, message: str) -> None:
    """Write a migration into the module's folder; Alembic prints its path.

    Migrations are numbered within their module: two that are written on two branches
    have the same number, and their conflict shows when the branches are merged.

    :param message: what changes; it becomes part of the file's name.
    """
    folder = migrations.folder_of(module)
    folder.mkdir(exist_ok=True)
    number = len(list(folder.glob("*.py"))) + 1
    with migrations.connected(module) as (config, _):
        command.revision(
            config,
            message,
            autogenerate=True,
            rev_id=f"{module.name}_{number:04d}",
            version_path=str(folder),
        )
