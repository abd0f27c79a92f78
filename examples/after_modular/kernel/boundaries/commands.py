"""The commands: ``flask modules check``, ``graph`` and ``ratchet``."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from kernel.registry import active_modules

from . import RULES, drawing, known
from . import check as run
from .project import load


@click.command()
@with_appcontext
def check() -> None:
    """Check every rule of the architecture; print a line for each violation."""
    project = load()
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
    """Print who depends on whom, for Mermaid or for Graphviz (dot)."""
    draw = drawing.dot if notation == "dot" else drawing.mermaid
    click.echo(draw(active_modules().values()))


@click.command()
@with_appcontext
def ratchet() -> None:
    """Write down today's violations: from now on only new ones fail the check.

    For an app that takes up the rules late. The file may only shrink.
    """
    file = _file()
    if file.exists():
        raise click.ClickException(
            f"There is a {file.name}, and it may only shrink. Mend what `flask modules "
            "check` prints, and remove the lines of what is mended."
        )
    if not (found := run(load())):
        click.echo("All rules hold: there is nothing to write down.")
        return
    known.write(file, found)
    click.echo(f"Violations written to {file.name}: {len(found)}. It may only shrink.")


def _file() -> Path:
    return Path(current_app.root_path) / known.FILE
