"""The commands ``flask events list``, ``check``, ``retry``, ``purge`` and ``work``."""

from __future__ import annotations

import signal

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from kernel.deliveries.delivery import deliver_due
from kernel.outbox.models import State
from kernel.outbox.queue import purge
from kernel.runtime import current_kernel

from .changes import find_problems
from .log import ORPHANED, OutboxLog, purge_orphaned
from .worker import Worker

events = AppGroup("events", help="Manage event deliveries.")
log = OutboxLog()
STATE = click.Choice([*(state.lower() for state in State), ORPHANED.lower()])


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
def check() -> None:
    """Check that this code can deliver all that is stored; exit with 1 if not."""
    problems = list(find_problems())
    for problem in problems:
        click.echo(f"{problem.found}. {problem.fix}")
    if problems:
        raise SystemExit(1)
    click.echo("All stored deliveries can be made.")


@events.command()
@click.argument("ids", type=int, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All failed deliveries.")
def retry(ids: tuple[int, ...], everything: bool) -> None:
    """Retry failed deliveries: those with these IDS, or --all."""
    if bool(ids) == everything:
        raise click.UsageError("Give the ids from `flask events list`, or --all.")
    click.echo(f"{log.retry(ids or None)} deliveries will be retried.")


@events.command("purge")
@click.option("--completed", "kind", flag_value="completed")
@click.option("--failed", "kind", flag_value="failed")
@click.option(
    "--orphaned",
    "kind",
    flag_value="orphaned",
    help="Those whose listener or event no code defines.",
)
@click.option("--days", type=click.IntRange(0), default=0, help="Minimum age in days.")
def purge_events(kind: str | None, days: int) -> None:
    """Delete completed, failed or orphaned deliveries."""
    if kind is None:
        raise click.UsageError("Choose --completed, --failed or --orphaned.")
    if kind == "orphaned":
        count = purge_orphaned(days=days)
    else:
        count = purge(State(kind.upper()), days=days)
    click.echo(f"Removed {count} {kind} deliveries.")


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
