"""The error that these commands report."""

import click


class ScaffoldingError(click.ClickException):
    """A command can't do what was asked; the message is one line, with the fix."""

    exit_code = 2
