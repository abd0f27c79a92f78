"""Run migrations on the app's database. Alembic loads this file for `flask db`."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from logging.config import fileConfig
from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from models import UTCDateTime, db

config = context.config
# `flask initialize` disables the log, because it prints its own result.
if config.attributes.get("configure_logger", True) and config.config_file_name:
    fileConfig(config.config_file_name, disable_existing_loggers=False)
log = logging.getLogger("alembic.env")


def render_plain_type(kind: str, item: Any, context: Any) -> str | Literal[False]:
    """Render `UTCDateTime` as a plain type, so that migrations don't import models."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def skip_empty_migration(context: Any, revision: Any, directives: list[Any]) -> None:
    """Create no migration if `flask db migrate` finds no changes."""
    autogenerate = getattr(config.cmd_opts, "autogenerate", False)
    if autogenerate and directives[0].upgrade_ops.is_empty():
        directives.clear()
        log.info("No changes in schema detected.")


options = {
    "target_metadata": db.metadata,
    "render_item": render_plain_type,
    "process_revision_directives": skip_empty_migration,
    **current_app.extensions["migrate"].configure_args,
}


@contextmanager
def foreign_keys_off(connection: Connection) -> Iterator[None]:
    """Disable foreign keys on SQLite during the migrations.

    A batch migration copies a table and drops the old one. With foreign keys enabled,
    the drop would also delete the rows of other tables that reference it.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    connection.commit()
    try:
        yield
    finally:
        connection.rollback()
        connection.exec_driver_sql("PRAGMA foreign_keys = ON")


def run_migrations_offline() -> None:
    """Print the SQL instead of running it (`flask db upgrade --sql`)."""
    context.configure(url=db.engine.url, literal_binds=True, **options)
    with context.begin_transaction():
        context.run_migrations()


def run_migrations_online() -> None:
    """Run the migrations on a connection of the app's engine."""
    with db.engine.connect() as connection, foreign_keys_off(connection):
        context.configure(connection=connection, **options)
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    run_migrations_offline()
else:
    run_migrations_online()
