"""The commands ``flask events list``, ``retry``, ``purge`` and ``work``."""

from __future__ import annotations

import signal

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from kernel.runtime import current_kernel

from .delivery import deliver_due
from .models import State
from .queue import OutboxLog, purge
from .worker import Worker

events = AppGroup("events", help="Manage event deliveries.")
log = OutboxLog()
STATE = click.Choice([state.lower() for state in State])


@events.command("list")
@click.option("--state", type=STATE, help="By default all that are not completed.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True)
def list_events(state: str | None, limit: int) -> None:
    """List deliveries, the newest first, and count those in each state."""
    states = [state.upper()] if state else [*{*State} - {State.COMPLETED}]
    present = current_kernel.listeners()
    found = log.find(states, limit=limit)
    for each in found:
        missing = "" if each.listener in present else " (no such listener here)"
        path = f"{each.event} -> {each.listener}{missing}"
        click.echo(f"{each.id}  {each.state}  {path}  Attempts: {each.attempts}")
        if each.error:
            click.echo(f"    Error: {each.error}")
    if not found:
        click.echo(f"No {state or 'pending'} events.")
    click.echo(", ".join(f"{n} {state.lower()}" for state, n in log.counts().items()))


@events.command()
@click.argument("ids", type=int, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All failed deliveries.")
def retry(ids: tuple[int, ...], everything: bool) -> None:
    """Retry failed deliveries: those with these IDS, or --all."""
    if bool(ids) == everything:
        raise click.UsageError("Give the ids from `flask events list`, or --all.")
    click.echo(f"{log.retry(ids or None)} deliveries will be retried.")


@events.command("purge")
@click.option("--completed", "state", flag_value=State.COMPLETED, type=State)
@click.option("--failed", "state", flag_value=State.FAILED, type=State)
@click.option("--days", type=click.IntRange(0), default=0, help="Minimum age in days.")
def purge_events(state: State | None, days: int) -> None:
    """Delete completed or failed deliveries."""
    if state is None:
        raise click.UsageError("Choose --completed or --failed.")
    click.echo(f"Removed {purge(state, days=days)} {state.lower()} deliveries.")


@events.command()
@click.option("--until-empty", is_flag=True, help="Exit when no delivery is due.")
@click.option("--only", multiple=True, metavar="MODULE", help="Serve this module only.")
@click.option("--except", "but", multiple=True, metavar="MODULE", help="Skip it.")
def work(until_empty: bool, only: tuple[str, ...], but: tuple[str, ...]) -> None:
    """Deliver events until stopped; run as many of these processes as you need.

    Give a slow module workers of its own with --only, and the others --except.
    """
    if unknown := sorted({*only, *but} - current_kernel.active.keys()):
        raise click.UsageError(f"There is no active module {', '.join(unknown)}.")

    def serves(module: str) -> bool:
        return module in only if only else module not in but

    if until_empty:
        raise SystemExit(1 if deliver_due(serves=serves) else 0)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    worker = Worker(app, lambda until: deliver_due(until=until, serves=serves))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop())
    click.echo("Delivering events. Press Ctrl+C to stop.")
    worker.run()
