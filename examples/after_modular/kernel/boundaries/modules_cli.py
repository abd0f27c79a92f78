"""The command ``flask modules``: which modules run, and which are quarantined."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import click
from flask.cli import AppGroup, with_appcontext

from kernel import Module, current_kernel

from .lazy import LazyCommand

COMMANDS = {
    "check": "Check every rule of the architecture.",
    "graph": "Print the dependencies of the modules.",
    "baseline": "Accept today's violations, and allow no new ones.",
}


@click.group(cls=AppGroup, invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
@with_appcontext
def modules(context: click.Context, as_json: bool) -> None:
    """List the modules in the order they are loaded, or check them."""
    if context.invoked_subcommand:
        return
    active = current_kernel.active.values()
    quarantined = current_kernel.quarantined.values()
    if as_json:
        found = {
            "active": [_describe(module) for module in active],
            "quarantined": [asdict(each) for each in quarantined],
        }
        click.echo(json.dumps(found, indent=2))
        return
    for module in active:
        needs = f"depends on {', '.join(module.depends_on)}"
        box = f"in the box {module.box}" if module.box else ""
        notes = "; ".join(n for n in (box, needs if module.depends_on else "") if n)
        click.echo(f"{module.name:<16}{module.url_prefix:<20}{notes}".rstrip())
    for each in quarantined:
        click.echo(f"{each.name:<16}{each.url_prefix:<20}quarantined: {each.reason}")


def _describe(module: Module) -> dict[str, Any]:
    return {"name": module.name, "box": module.box, **asdict(module)}


for name, summary in COMMANDS.items():
    modules.add_command(LazyCommand(name, summary, "kernel.boundaries.commands"))
# The former name of the command.
modules.add_command(
    LazyCommand("baseline", COMMANDS["baseline"], "kernel.boundaries.commands"),
    "ratchet",
)
