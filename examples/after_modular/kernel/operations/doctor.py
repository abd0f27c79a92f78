"""The command ``flask doctor``: what is wrong with a deployment, and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import click
from flask import Flask
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from kernel.database import db

from . import database_checks, deployment_checks
from .finding import Finding


def init_app(app: Flask) -> None:
    """Add the command to ``flask``."""
    app.cli.add_command(doctor)


@click.command()
@with_appcontext
def doctor() -> None:
    """Check the deployment that the settings describe; exit with 1 on a FAIL."""
    found: Counter[str] = Counter()
    for finding in findings():
        click.echo(str(finding))
        found[finding.level] += 1
    click.echo(", ".join(f"{found[level]} {level}" for level in ("OK", "WARN", "FAIL")))
    raise SystemExit(1 if found["FAIL"] else 0)


def findings() -> Iterator[Finding]:
    """Look at everything, and say what was seen."""
    for check in deployment_checks.CHECKS:
        yield from check()
    try:
        db.engine.connect().close()
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).strip().partition("\n")[0]
        seen = f"{db.engine.dialect.name} does not answer: {reason}"
        yield Finding("FAIL", "database", seen, "Start it, or correct DATABASE_URL.")
        return
    for check in database_checks.CHECKS:
        yield from check()
