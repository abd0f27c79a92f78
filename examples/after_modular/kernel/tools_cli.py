"""The commands of the folder ``tools``, which a server can do without."""

from importlib import import_module
from pathlib import Path
from typing import Any

import click
from flask import Flask

from .modules_cli import modules

SCAFFOLD = {
    "startapp": "Write a new module.",
    "startbox": "Write a new box, for modules that belong together.",
    "renameapp": "Rename a module.",
    "removeapp": "Remove the code of a module.",
}
CHECKS = {
    "check": "Check every rule of the architecture.",
    "graph": "Print who depends on whom.",
    "ratchet": "Write down today's violations, to allow no new ones.",
}


class ToolCommand(click.Command):
    """A command whose code is imported when it is called, not when the app starts.

    :param home: the Python module that holds the command itself, under its name.
    """

    def __init__(self, name: str, summary: str, home: str) -> None:
        super().__init__(name, short_help=summary)
        self.home = home

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Hand over to the command itself."""
        try:
            commands = import_module(self.home)
        except ModuleNotFoundError as error:
            missing = str(error.name).partition(".")[0]
            raise click.ClickException(
                f"{self.name!r} needs {missing}, which is not installed. Run "
                "pip install -r requirements-dev.txt."
            ) from None
        command: click.Command = getattr(commands, str(self.name))
        return command.make_context(*args, **kwargs)


def init_app(app: Flask) -> None:
    """Add the commands to ``flask`` if the folder is there."""
    if (Path(app.root_path) / "kernel" / "scaffolding").is_dir():
        for name, summary in SCAFFOLD.items():
            app.cli.add_command(
                ToolCommand(name, summary, "kernel.scaffolding.commands")
            )
        for name, summary in CHECKS.items():
            modules.add_command(
                ToolCommand(name, summary, "kernel.boundaries.commands")
            )
