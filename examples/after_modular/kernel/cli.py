"""The command ``flask initialize``."""

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError

from . import migrations
from .database import db


@click.command()
@with_appcontext
def initialize() -> None:
    """Create or upgrade the database tables. Deletes nothing; safe to repeat."""
    click.echo(f"Database: {db.engine.url.render_as_string()}")
    if applied := migrate_database():
        click.echo(f"Migrated to {', '.join(applied)}.")
    else:
        click.echo("Up to date.")


def migrate_database() -> list[str]:
    """Migrate every module; return the versions that were applied.

    :raises click.ClickException: naming the modules that could not be migrated. The
        others are migrated.
    """
    _check_connection()
    applied: list[str] = []
    failed: dict[str, list[str]] = {}
    for module in migrations.modules_with_tables():
        try:
            if version := migrations.upgrade(module):
                applied.append(version)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a migration is the module's own code
            reason = str(getattr(error, "orig", error))
            failed.setdefault(reason, []).append(module.name)
    if failed:
        raise click.ClickException(
            "; ".join(
                f"{', '.join(names)} could not be migrated: {reason}"
                for reason, names in failed.items()
            )
        )
    return applied


def _check_connection() -> None:
    try:
        db.engine.connect().close()
    except OperationalError as error:
        raise click.ClickException(
            f"The database did not answer: {error.orig}. Check that DATABASE_URL is "
            "right and that the database is writable."
        ) from None
