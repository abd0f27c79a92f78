"""The commands: ``flask startapp``, ``startbox``, ``renameapp`` and ``removeapp``."""

import click
from flask import current_app
from flask.cli import with_appcontext

from .create import start_box, start_module
from .project import Project
from .references import mentions
from .refusal import Refused
from .remove import check_removable, drop_statements, remove_module
from .rename import rename_module


@click.command()
@click.argument("name")
@click.argument("box", required=False)
@with_appcontext
def startapp(name: str, box: str | None) -> None:
    """Write the module NAME, in a BOX if one is given. It works as it is."""
    project = Project.of(current_app)
    folder = start_module(project, name, box)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            click.echo(f"  {project.shown(path)}")
    click.echo(
        f"Next: `flask initialise` makes its table, `flask run` shows /{name}/, and "
        f"`pytest {project.shown(folder)}` runs its tests."
    )


@click.command()
@click.argument("box")
@with_appcontext
def startbox(box: str) -> None:
    """Write the box BOX, for modules that belong together."""
    project = Project.of(current_app)
    folder = start_box(project, box)
    click.echo(
        f"{project.shown(folder)} is ready. `flask startapp NAME {box}` writes a "
        "module into it."
    )


@click.command()
@click.argument("old")
@click.argument("new")
@with_appcontext
def renameapp(old: str, new: str) -> None:
    """Rename the module OLD to NEW, in the code and, by a migration, its tables."""
    project = Project.of(current_app)
    renamed = rename_module(project, old, new)
    click.echo(f"{old} is {project.shown(renamed.folder)} now.")
    for path in renamed.others:
        click.echo(f"  changed: {project.shown(path)}")
    if renamed.migration:
        click.echo(
            f"Nothing is dropped: the migration {renamed.migration} renames its tables "
            "when you run `flask initialise`, on each database, with the app stopped."
        )
    _show_mentions(project, old)


@click.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do it; without this, only say what it does.")
@with_appcontext
def removeapp(name: str, yes: bool) -> None:
    """Remove the code of the module NAME. Its tables stay, with all that is in them."""
    project = Project.of(current_app)
    module = check_removable(project, name)
    folder = project.shown(module.path)
    statements = drop_statements(module)
    if not yes:
        raise Refused(f"This removes the folder {folder}. Say so with --yes.")
    remove_module(project, module)
    click.echo(f"{folder} is gone.")
    if statements:
        click.echo("Its tables are still there. To drop them, and all data in them:")
        for statement in statements:
            click.echo(f"  {statement}")
    _show_mentions(project, name)


def _show_mentions(project: Project, name: str) -> None:
    if places := mentions(project, name):
        click.echo(f"These places still say {name}. Look whether they mean it:")
        for place in places:
            click.echo(f"  {place}")
