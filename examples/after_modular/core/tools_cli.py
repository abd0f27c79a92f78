"""The commands of the folder ``tools``, which a server can do without."""

from importlib import import_module
from pathlib import Path
from typing import Any

import click
from flask import Flask

COMMANDS = {
    "startapp": "Write a new module.",
    "startbox": "Write a new box, for modules that belong together.",
    "renameapp": "Rename a module.",
    "removeapp": "Remove the code of a module.",
}


class ToolCommand(click.Command):
    """A command whose code is imported when it is called, not when the app starts."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Hand over to the command itself."""
        commands = import_module("tools.scaffold.commands")
        command: click.Command = getattr(commands, str(self.name))
        return command.make_context(*args, **kwargs)


def init_app(app: Flask) -> None:
    """Add the commands to ``flask`` if the folder is there."""
    if (Path(app.root_path) / "tools").is_dir():
        for name, summary in COMMANDS.items():
            app.cli.add_command(ToolCommand(name, short_help=summary))
