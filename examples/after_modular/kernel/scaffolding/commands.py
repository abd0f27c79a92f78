"""The commands; each one's work is in a file of its own."""

import click
from flask import current_app
from flask.cli import with_appcontext

from .. import migrate_database
from .create import start_box, start_module
from .errors import ScaffoldingError
from .project import Project
from .references import mentions
from .remove import check_removable, drop_statements, remove_module
from .rename import rename_module
from .revision import find_package, write_revision


@click.command()
@click.argument("name")
@click.argument("box", required=False)
@with_appcontext
def startapp(name: str, box: str | None) -> None:
    """Write the module NAME, in BOX if one is given. It runs without a change."""
    project = Project.of(current_app)
    folder = start_module(project, name, box)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            click.echo(f"  {project.shown(path)}")
    click.echo(
        f"Next: `flask initialize` creates its table, `flask run` serves /{name}/, and "
        f"`pytest {project.shown(folder)}` runs its tests."
    )


@click.command()
@click.argument("box")
@with_appcontext
def startbox(box: str) -> None:
    """Write the box BOX, a folder that groups modules."""
    project = Project.of(current_app)
    folder = start_box(project, box)
    click.echo(
        f"Created {project.shown(folder)}. `flask startapp NAME {box}` writes a module "
        "into it."
    )


@click.command()
@click.argument("old")
@click.argument("new")
@with_appcontext
def renameapp(old: str, new: str) -> None:
    """Rename the module OLD to NEW: its code, and its tables by a migration.

    Its URL prefix stays, and so do bookmarks, links in emails and webhooks: it is
    written into the manifest, where you can change it.
    """
    project = Project.of(current_app)
    renamed = rename_module(project, old, new)
    click.echo(f"Renamed {old} to {new}. Its pages keep their URLs.")
    for path in renamed.others:
        click.echo(f"  changed: {project.shown(path)}")
    if renamed.migration:
        click.echo(
            f"The migration {renamed.migration} renames its tables and keeps their "
            "rows. Stop the app and run `flask initialize` on each database."
        )
    _show_mentions(project, old)


@click.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Confirm; without it, nothing is removed.")
@with_appcontext
def removeapp(name: str, yes: bool) -> None:
    """Remove the code of the module NAME. Its tables and their rows stay."""
    project = Project.of(current_app)
    module = check_removable(project, name)
    folder = project.shown(module.path)
    statements = drop_statements(module)
    if not yes:
        raise ScaffoldingError(
            f"This removes the folder {folder}. Confirm with --yes.",
            error="confirmation-required",
        )
    remove_module(project, module)
    click.echo(f"Removed {folder}.")
    if statements:
        click.echo("Its tables are still there. To drop them, and all data in them:")
        for statement in statements:
            click.echo(f"  {statement}")
    _show_mentions(project, name)


@click.command()
@click.argument("module")
@click.argument("message")
@with_appcontext
def migrate(module: str, message: str) -> None:
    """Write a migration for MODULE from its models; MESSAGE says what changes."""
    package = find_package(module)
    migrate_database()
    write_revision(package, message)


def _show_mentions(project: Project, name: str) -> None:
    if places := mentions(project, name):
        click.echo(f"These lines still mention {name}; check whether they refer to it:")
        for place in places:
            click.echo(f"  {place}")
