"""How these commands say no."""

import click


class Refused(click.ClickException):
    """What was asked for can't be done; the message is one line, with the fix."""

    exit_code = 2
