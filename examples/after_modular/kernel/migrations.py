"""Migrations: each module has a history of its own, in a folder of its own.

A module that can't be migrated blocks no other one: their histories share neither files
nor a version table.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from .database import UTCDateTime, db
from .exceptions import ModuleError, reason_of
from .manifest import Module
from .runtime import current_kernel

# Alembic's environment and the template of a migration.
SCRIPT_LOCATION = Path(__file__).parent / "alembic"


def check(module: Module, models: ModuleType) -> None:
    """Check the tables and the mappers of a module's ``models.py``.

    :raises ModuleError: for a table without the module's prefix.
    """
    for table in models.Base.metadata.tables:
        if not table.startswith(f"{module.name}_"):
            raise ModuleError(
                f"{models.__file__}: the table {table!r} has no module's prefix. Name "
                f"it '{module.name}_{table}'.",
                error="table-prefix-missing",
            )
    models.Base.registry.configure()


def modules_with_tables() -> list[Module]:
    """Return the modules and packages that have a migration history."""
    modules = current_kernel.active.values()
    return [*current_kernel.packages, *(m for m in modules if m.part("models"))]


def upgrade(module: Module) -> str | None:
    """Migrate the tables of a module to their newest version.

    Returns the name of that version, or ``None`` if it was there already.
    """
    with connected(module) as (config, connection):
        _take_over_history(module, connection)
        before = _applied(module, connection)
        command.upgrade(config, "head")
        after = _applied(module, connection)
    return after if after != before else None


def pending() -> dict[str, str]:
    """Return the newest migration of each module whose database lacks it, by name.

    For a module whose migrations can't be read it is the reason.
    """
    with db.engine.connect() as connection:
        states = {m.name: _missing(m, connection) for m in modules_with_tables()}
    return {name: missing for name, missing in states.items() if missing}


def _missing(module: Module, connection: sa.Connection) -> str:
    try:
        versions = _versions(module)
        behind = versions and _is_behind(_applied(module, connection), versions)
    except (sa.exc.SQLAlchemyError, KeyboardInterrupt):
        raise
    except BaseException as error:  # a migration is the module's own code
        return f"the migrations of {module.name} ({reason_of(error)})"
    return versions[0] if behind else ""


@contextmanager
def connected(module: Module) -> Iterator[tuple[Config, sa.Connection]]:
    """Configure Alembic for one module, on a connection that commits at the end."""
    models = module.part("models")
    if models is None:
        raise ModuleError(
            f"{module.path}: there is no models.py to migrate.",
            error="module-without-tables",
        )

    def is_own(name: str | None, kind: str, parents: Any) -> bool:
        return kind != "table" or str(name).startswith(f"{module.name}_")

    config = _config(module)
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":  # an index may take its time
            connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
        config.attributes["context"] = {
            "connection": connection,
            "target_metadata": models.Base.metadata,
            "version_table": _version_table(module),
            "include_name": is_own,
            "render_item": _render_item,
            "render_as_batch": True,  # SQLite can't alter a table in place
        }
        yield config, connection
        connection.commit()


def _config(module: Module) -> Config:
    config = Config()
    config.set_main_option("path_separator", "os")
    for option, path in (
        ("script_location", SCRIPT_LOCATION),
        ("version_locations", folder_of(module)),
    ):
        config.set_main_option(option, str(path).replace("%", "%%"))
    return config


def folder_of(module: Module) -> Path:
    """Return the folder of a module's migrations."""
    return module.path / "migrations"


def _version_table(module: Module) -> str:
    return f"{module.name}_migration"


def _take_over_history(module: Module, connection: sa.Connection) -> None:
    """Continue the history that the module wrote under a previous name."""
    tables = sa.inspect(connection).get_table_names()
    for former in module.previous_names:
        table = f"{former}_migration"
        if table in tables and _version_table(module) not in tables:
            context = MigrationContext.configure(connection)
            Operations(context).rename_table(table, _version_table(module))


def _applied(module: Module, connection: sa.Connection) -> str | None:
    options = {"version_table": _version_table(module)}
    return MigrationContext.configure(connection, opts=options).get_current_revision()


@lru_cache
def _versions(module: Module) -> list[str]:
    """Return the versions that this code knows, the newest first."""
    scripts = ScriptDirectory.from_config(_config(module))
    return [each.revision for each in scripts.walk_revisions()]


def _is_behind(applied: str | None, versions: list[str]) -> bool:
    # A version that this code does not know is a later one, written by the next release
    # in a rolling deployment: this release keeps running beside it.
    return applied is None or applied in versions[1:]


def _render_item(kind: str, item: Any, context: Any) -> str | bool:
    """Render our column type as the type that it has in the database."""
    return "sa.DateTime()" if isinstance(item, UTCDateTime) else False
