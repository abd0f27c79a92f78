"""Migrations: each module has a branch of its own, in a folder of its own."""

from __future__ import annotations

import logging
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from flask import Flask, current_app
from flask_alembic import Alembic

from .database import UTCDateTime, db
from .exceptions import ModuleError
from .module import Module

# Where Alembic finds the template of a migration; it holds no migrations.
SCRIPT_LOCATION = Path(__file__).parent / "alembic"


def init_app(app: Flask) -> None:
    """Set up Alembic with no branch; each module with models adds its own."""
    app.config["ALEMBIC"] = {"script_location": str(SCRIPT_LOCATION)}
    app.config["ALEMBIC_CONTEXT"] = {
        "render_as_batch": True,  # SQLite can't alter a table in place
        "render_item": _render_item,
    }
    Alembic(app, run_mkdir=False, command_name="", metadatas=[])
    # `flask initialise` says what it did; Alembic's own lines would say it twice.
    logging.getLogger("alembic").setLevel(logging.WARNING)


def register(app: Flask, module: Module, models: ModuleType) -> None:
    """Add the branch of a module whose ``models.py`` defines a ``Base``.

    :raises ModuleError: when a table is not named after its module.
    """
    metadata: sa.MetaData = models.Base.metadata
    for table in metadata.tables:
        if not table.startswith(f"{module.name}_"):
            raise ModuleError(
                f"{models.__file__}: the table {table!r} belongs to nobody. Name it "
                f"'{module.name}_{table}'."
            )
    alembic = _alembic(app)
    cast(list[sa.MetaData], alembic.metadatas["default"]).append(metadata)
    app.config["ALEMBIC"]["version_locations"].append(
        (module.name, str(module.path / "migrations"))
    )


def upgrade() -> list[str]:
    """Migrate the database to the newest version of every module.

    Returns the names of the migrations that ran; running it again returns none.
    """
    before = _applied()
    # In a context of its own: Flask-Alembic keeps its view of the models in it.
    with current_app.app_context():
        _alembic().upgrade()
    heads = _applied() - before
    return sorted(heads)


def pending() -> list[str]:
    """Return the names of the newest migrations that the database still lacks."""
    heads = {script.revision for script in _alembic().heads()}
    return sorted(heads - _applied())


def revise(module: Module, message: str) -> list[str]:
    """Write a migration from the difference between the models and the database.

    Returns the files written. Only the module's own tables are looked at. A
    migration is numbered within its module, so two that were written side by side
    collide where the module's developers see it.
    """
    alembic = _alembic()
    folder = module.path / "migrations"
    folder.mkdir(exist_ok=True)
    number = len(list(folder.glob(f"{module.name}_*.py"))) + 1
    models = module.part("models")
    if models is None:
        raise ModuleError(f"{module.path}: there is no models.py to migrate.")
    alembic.metadatas["default"] = models.Base.metadata
    alembic.rev_id = lambda: f"{module.name}_{number:04d}"  # type: ignore[method-assign]
    context = current_app.config["ALEMBIC_CONTEXT"]
    context["include_name"] = lambda name, kind, parents: (
        kind != "table" or name.startswith(f"{module.name}_")
    )
    scripts = alembic.revision(message, branch=module.name)
    return [script.path for script in scripts if script]


def _alembic(app: Flask | None = None) -> Alembic:
    extensions = (app or current_app).extensions
    return cast(Alembic, extensions["alembic"])


def _applied() -> set[str]:
    with db.engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads())


def _render_item(kind: str, item: Any, context: Any) -> str | bool:
    """Write our column type as what it is in the database."""
    return "sa.DateTime()" if isinstance(item, UTCDateTime) else False
