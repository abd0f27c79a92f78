"""The commands: ``flask initialise`` and ``flask migrate``."""

import click
from flask import Flask
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError

from . import migrations
from .database import db
from .registry import active_modules


def init_app(app: Flask) -> None:
    """Add the commands to ``flask``."""
    for command in (initialise, migrate):
        app.cli.add_command(command)


@click.command()
@with_appcontext
def initialise() -> None:
    """Bring the database up to date. Drops nothing; may be run any time."""
    click.echo(f"Database: {db.engine.url.render_as_string()}")
    if applied := migrate_database():
        click.echo(f"Migrated to {', '.join(applied)}.")
    else:
        click.echo("Up to date.")


@click.command()
@click.argument("module")
@click.argument("message")
@with_appcontext
def migrate(module: str, message: str) -> None:
    """Write a migration for MODULE from its models; MESSAGE says what changes."""
    known = active_modules() | {m.name: m for m in migrations.modules_with_tables()}
    if module not in known:
        raise click.ClickException(
            f"There is no module {module!r}. There are {', '.join(known)}."
        )
    migrate_database()
    migrations.revise(known[module], message)


def migrate_database() -> list[str]:
    """Migrate every module, and return the versions that were not there before."""
    _refuse_unreachable_database()
    applied: list[str] = []
    failed: dict[str, list[str]] = {}
    for module in migrations.modules_with_tables():
        try:
            if version := migrations.upgrade(module):
                applied.append(version)
        except Exception as error:  # whatever it is, it is this module's alone
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


def _refuse_unreachable_database() -> None:
    try:
        db.engine.connect().close()
    except OperationalError as error:
        raise click.ClickException(
            f"The database did not answer: {error.orig}. Check that DATABASE_URL is "
            "right, and that it may be written."
        ) from None
