"""The commands ``flask modules check``, ``graph`` and ``baseline``."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from kernel import current_kernel

from . import baseline as known
from . import drawing
from .project import load
from .rules import RULES
from .rules import check as run


@click.command()
@with_appcontext
def check() -> None:
    """Check every rule of the architecture; print one line per violation."""
    project = load(current_app)
    found = run(project)
    if problems := known.compare(found, known.read(_file())):
        click.echo("\n".join(problems))
        raise click.exceptions.Exit(1)
    left = f" Known violations left: {len(found)}." if found else ""
    click.echo(f"{len(RULES)} rules hold in {len(project.modules)} modules.{left}")


@click.command()
@click.option(
    "--format",
    "notation",
    type=click.Choice(["mermaid", "dot"]),
    default="mermaid",
    show_default=True,
)
@with_appcontext
def graph(notation: str) -> None:
    """Print the dependencies of the modules for Mermaid or Graphviz (dot)."""
    draw = drawing.dot if notation == "dot" else drawing.mermaid
    click.echo(draw(current_kernel.active.values()))


@click.command()
@with_appcontext
def baseline() -> None:
    """Accept today's violations: from now on only new ones fail the check.

    For an app that adopts the rules late. The file may only shrink.
    """
    file = _file()
    if file.exists():
        raise click.ClickException(
            f"There is a {file.name}, and it may only shrink. Fix what `flask modules "
            "check` prints, and remove the lines of what is fixed."
        )
    if not (found := run(load(current_app))):
        click.echo("All rules hold: there is nothing to accept.")
        return
    known.write(file, found)
    click.echo(f"Violations written to {file.name}: {len(found)}. It may only shrink.")


def _file() -> Path:
    return Path(current_app.root_path) / known.FILE
