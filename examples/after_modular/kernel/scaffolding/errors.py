"""The error that these commands report."""

import click

from kernel.exceptions import with_page


class ScaffoldingError(click.ClickException):
    """A command can't do what was asked; the message is one line, with the fix.

    :param message: what is wrong, and how to fix it.
    :param error: the code of the problem, which names its page.
    """

    exit_code = 2

    def __init__(self, message: str, *, error: str) -> None:
        super().__init__(with_page(message, error))
        self.error = error
