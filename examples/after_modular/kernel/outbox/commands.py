"""The commands: ``flask events list``, ``retry``, ``purge`` and ``work``."""

from __future__ import annotations

import signal

import click
import sqlalchemy as sa
from flask import Flask, current_app
from flask.cli import AppGroup

from kernel.events import EXTENSION as EVENTS
from kernel.registry import active_modules

from . import queue
from .delivery import deliver_due
from .loop import Loop
from .models import Delivery, State, session

events = AppGroup("events", help="See to the events that listeners wait for.")


def init_app(app: Flask) -> None:
    """Add the commands to ``flask``."""
    app.cli.add_command(events)


@events.command("list")
@click.option(
    "--state",
    type=click.Choice([state.lower() for state in State]),
    help="Only these; without it, all that are not completed.",
)
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True)
def list_events(state: str | None, limit: int) -> None:
    """List deliveries, the newest first, and how many there are."""
    present = current_app.extensions[EVENTS].carrier.listeners()
    meant = (
        Delivery.state == state.upper() if state else Delivery.state != State.COMPLETED
    )
    statement = sa.select(Delivery).where(meant).order_by(Delivery.id.desc())
    for each in session.scalars(statement.limit(limit)):
        absent = "" if each.listener in present else "  (no such listener here)"
        tries = f"{each.attempts} tries" if each.attempts != 1 else "1 try"
        click.echo(
            f"{each.id}  {each.state}  {each.event} -> {each.listener}{absent}  {tries}"
            + (f"\n    {each.error}" if each.error else "")
        )
    click.echo(", ".join(f"{n} {state.lower()}" for state, n in queue.counts().items()))


@events.command()
@click.argument("ids", type=int, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that have failed.")
def retry(ids: tuple[int, ...], everything: bool) -> None:
    """Try failed deliveries again: those with these IDS, or --all."""
    if bool(ids) == everything:
        raise click.UsageError("Name the ids of `flask events list`, or use --all.")
    count = queue.retry(None if everything else ids)
    if ids and count < len(set(ids)):
        missing = len(set(ids)) - count
        raise click.ClickException(
            f"{count} will be tried again; {missing} of these ids have not failed."
        )
    click.echo(f"{count} will be tried again.")


@events.command()
@click.option("--completed", "state", flag_value=State.COMPLETED, type=State)
@click.option("--failed", "state", flag_value=State.FAILED, type=State)
@click.option("--days", type=click.IntRange(0), help="Only older ones, in days.")
def purge(state: State | None, days: int | None) -> None:
    """Delete what has ended: --completed or --failed deliveries."""
    if state is None:
        raise click.UsageError("Say which: --completed or --failed.")
    count = queue.purge(state, days=days or 0)
    click.echo(f"{count} {state.lower()} deleted.")


@events.command()
@click.option("--until-empty", is_flag=True, help="End when nothing is due.")
@click.option("--only", multiple=True, metavar="MODULE", help="Serve this module.")
@click.option("--except", "but", multiple=True, metavar="MODULE", help="All but this.")
def work(until_empty: bool, only: tuple[str, ...], but: tuple[str, ...]) -> None:
    """Deliver events until stopped; run as many of these as you need.

    A module that is slow may have workers of its own: give them --only, and the
    others --except.
    """
    if unknown := sorted({*only, *but} - set(active_modules())):
        raise click.UsageError(f"There is no module {', '.join(unknown)}.")

    def serves(module: str) -> bool:
        return module in only if only else module not in but

    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    if until_empty:
        failures = deliver_due(serves=serves)
        raise SystemExit(1 if failures else 0)
    loop = Loop(app, lambda until: deliver_due(until=until, serves=serves))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: loop.stop())
    click.echo("Delivering events. Ctrl+C stops.")
    loop.run()
