"""Scaffolding: write a module or a box that works, rename one, remove one.

Deleting this folder, and its line in ``app.py``, leaves a working app.
"""

from flask import Flask

from ..boundaries.lazy import LazyCommand

__all__ = ["init_app"]

COMMANDS = {
    "startapp": "Write a new module.",
    "startbox": "Write a new box, a folder that groups modules.",
    "renameapp": "Rename a module.",
    "removeapp": "Remove the code of a module.",
    "migrate": "Write a migration from the models of a module.",
}
AGENTS = "Write AGENTS.md, the guide for coding agents."


def init_app(app: Flask) -> None:
    """Add the commands to ``flask``; their code is imported when they are called."""
    for name, summary in COMMANDS.items():
        app.cli.add_command(LazyCommand(name, summary, f"{__name__}.commands"))
    app.cli.add_command(LazyCommand("agents", AGENTS, f"{__name__}.agents"))
