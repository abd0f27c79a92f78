"""The command ``flask modules``: what runs here, and what does not."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from .manifest import Module
from .registry import active_modules, quarantined_modules


def init_app(app: Flask) -> None:
    """Add the command to ``flask``."""
    app.cli.add_command(modules)


@click.group(cls=AppGroup, invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print it for a program.")
@click.pass_context
@with_appcontext
def modules(context: click.Context, as_json: bool) -> None:
    """List the modules in the order they are loaded, or check them."""
    if context.invoked_subcommand:
        return
    if as_json:
        running = [_describe(module) for module in active_modules().values()]
        absent = [asdict(each) for each in quarantined_modules().values()]
        click.echo(json.dumps({"active": running, "quarantined": absent}, indent=2))
        return
    for module in active_modules().values():
        needs = f"needs {', '.join(module.depends_on)}" if module.depends_on else ""
        box = f"in the box {module.box}" if module.box else ""
        notes = "; ".join(note for note in (box, needs) if note)
        click.echo(f"{module.name:<16}{module.url_prefix:<20}{notes}".rstrip())
    for each in quarantined_modules().values():
        click.echo(f"{each.name:<16}{each.url_prefix:<20}quarantined: {each.reason}")


def _describe(module: Module) -> dict[str, Any]:
    return {"name": module.name, "box": module.box, **asdict(module)}
