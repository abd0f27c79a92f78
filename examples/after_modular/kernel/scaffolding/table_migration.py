"""The migration that renames the tables of a module that is renamed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import render_python_code
from alembic.operations import ops
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from ..manifest import Module
from ..migrations import SCRIPT_LOCATION
from .create import render
from .errors import ScaffoldingError


@dataclass(frozen=True)
class Prefixes:
    """The prefix of the names of tables and constraints, before and after."""

    old: str
    new: str

    def after(self, name: object) -> str:
        """Return the new name of ``auth_user`` or ``pk_auth_user``."""
        kind, found, rest = str(name).partition(f"{self.old}_")
        known = kind in ("", "ix_", "uq_", "ck_", "fk_", "pk_")
        return f"{kind}{self.new}_{rest}" if found and known else str(name)


def write_migration(module: Module, new: str, folder: Path) -> str | None:
    """Write the migration into ``folder``; return its name.

    Without migrations there is no table to rename, so it writes nothing and returns
    ``None``. Older migrations stay unchanged: databases have applied them.
    """
    head = _head(module, folder)
    models = module.part("models")
    if head is None or models is None:
        return None
    names = Prefixes(module.name, new)
    tables: list[sa.Table] = models.Base.metadata.sorted_tables
    revision = f"{new}_{len(list(folder.glob('*.py'))) + 1:04d}"
    text = render(
        "rename/migration.py.jinja",
        old=module.name,
        revision=revision,
        head=head,
        tables=[(table.name, names.after(table.name)) for table in tables],
        constraints=_constraints(tables, names),
        **_index_code(tables, names),
    )
    (folder / f"{revision}_renamed.py").write_text(text, encoding="utf-8")
    return revision


def _head(module: Module, folder: Path) -> str | None:
    if not folder.is_dir():
        return None
    scripts = ScriptDirectory(str(SCRIPT_LOCATION), version_locations=[str(folder)])
    try:
        return scripts.get_current_head()
    except CommandError as error:
        raise ScaffoldingError(
            f"The migrations of {module.name!r}: {error}",
            error="migration-history-broken",
        ) from None


def _constraints(tables: list[sa.Table], names: Prefixes) -> list[tuple[str, str, str]]:
    """Return table, name and new name of each constraint whose name has the prefix."""
    return sorted(
        (names.after(table.name), str(constraint.name), names.after(constraint.name))
        for table in tables
        for constraint in table.constraints
        if names.after(constraint.name) != constraint.name
    )


def _index_code(tables: list[sa.Table], names: Prefixes) -> dict[str, str]:
    """Return the code that drops and creates the indexes, in both directions."""
    operations: dict[str, list[ops.MigrateOperation]] = {
        "drop_old": [],
        "create_new": [],
        "drop_new": [],
        "create_old": [],
    }
    indexes = [index for table in tables for index in table.indexes]
    for index in sorted(indexes, key=lambda index: str(index.name)):
        before = ops.CreateIndexOp.from_index(index)
        after = ops.CreateIndexOp.from_index(index)
        after.index_name = names.after(before.index_name)
        after.table_name = names.after(before.table_name)
        for each, when in ((before, "old"), (after, "new")):
            drop = ops.DropIndexOp(str(each.index_name), each.table_name)
            operations[f"drop_{when}"].append(drop)
            operations[f"create_{when}"].append(each)
    return {name: _code(listed) for name, listed in operations.items()}


def _code(operations: list[ops.MigrateOperation]) -> str:
    lines = render_python_code(ops.UpgradeOps(ops=operations)).splitlines()
    return "\n".join(line for line in lines if "# ###" not in line).strip()
