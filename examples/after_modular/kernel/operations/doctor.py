"""The command ``flask doctor``: check a deployment, and name the fixes."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from kernel import current_kernel

from .doctor_checks import CHECKS, CheckResult, first_line


def init_app(app: Flask) -> None:
    """Add the command to ``flask``."""
    app.cli.add_command(doctor)


@click.command()
@with_appcontext
def doctor() -> None:
    """Check the deployment that the settings describe; exit with 1 on a FAIL."""
    counts: Counter[str] = Counter()
    for result in run_checks():
        click.echo(_relative_paths(str(result)))
        counts[result.status] += 1
    statuses = ("OK", "WARN", "FAIL")
    click.echo(", ".join(f"{counts[status]} {status}" for status in statuses))
    raise SystemExit(1 if counts["FAIL"] else 0)


def run_checks() -> Iterator[CheckResult]:
    """Run this layer's checks, then those that other layers have added."""
    for check in (*CHECKS, *current_kernel.doctor_checks):
        try:
            yield from (CheckResult(*result) for result in check())
        except Exception as error:
            # A layer's check may need what an earlier check has reported as missing.
            subject = check.__name__.removeprefix("check_").replace("_", " ")
            found = f"could not be checked: {first_line(error)}"
            fix = "Fix the failed checks above, and run this again."
            yield CheckResult("FAIL", subject, found, fix)


def _relative_paths(text: str) -> str:
    """Shorten the paths of the app's and of installed files."""
    for folder in sorted({current_app.root_path, *sys.path}, key=len, reverse=True):
        if folder:
            text = text.replace(f"{folder}{os.sep}", "")
    return text
