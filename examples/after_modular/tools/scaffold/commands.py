"""The commands: ``flask startapp``, ``startbox``, ``renameapp`` and ``removeapp``."""

import click
from flask import current_app
from flask.cli import with_appcontext

from .create import start_box, start_module
from .project import Project


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
