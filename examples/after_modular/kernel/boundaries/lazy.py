"""Commands whose code is imported when they are called."""

from importlib import import_module
from typing import Any

import click


class LazyCommand(click.Command):
    """A command whose code is imported when it is called, not when the app starts.

    :param home: the Python module that defines the command under its name.
    """

    def __init__(self, name: str, summary: str, home: str) -> None:
        super().__init__(name, short_help=summary)
        self.home = home

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Delegate to the command itself."""
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
