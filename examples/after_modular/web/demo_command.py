"""The command ``flask demo``."""

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from kernel import migrate_database

from .demo import ADMIN, PASSWORD, demo_users
from .extension_points import DEMO_DATA


def init_app(app: Flask) -> None:
    """Add the command to the app."""
    app.cli.add_command(demo)


@click.command()
@click.option(
    "--users",
    default=1_000,
    show_default=True,
    type=click.IntRange(1),
    help="Number of demo users.",
)
@with_appcontext
def demo(users: int) -> None:
    """Fill the database with demo data: users, and what the modules add for them."""
    if current_app.config["PRODUCTION"]:
        raise click.ClickException(
            "flask demo does not run in production: its password is public."
        )
    migrate_database()
    for module, contribution in DEMO_DATA.contributions():
        chunks = list(demo_users(users))
        with click.progressbar(chunks, label=f"{module.title:<14}") as bar:
            contribution.load(bar)
    click.echo(f"Log in as {ADMIN} with the password {PASSWORD}.")
