"""Changes: stored deliveries that the current code can't deliver, and what to do.

An event or a listener may be renamed, moved or removed, and the fields of an event may
change, while deliveries wait for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
from flask import current_app

from kernel.discovery import discover
from kernel.migrations import pending
from kernel.outbox import module as outbox
from kernel.outbox import payload
from kernel.outbox.models import State, session, table
from kernel.runtime import current_kernel

SAMPLE = 1000  # rows of each event that are read


class Problem(NamedTuple):
    """Deliveries that can't be made.

    :param found: which, and why.
    :param fix: what to do about it.
    """

    found: str
    fix: str


def find_problems() -> Iterator[Problem]:
    """Yield the deliveries that are not completed and that this code can't make."""
    for event, listener, count in _waiting():
        what = f"{event} to {listener}, deliveries waiting: {count}"
        if is_unknown(listener, current_kernel.listeners()):
            yield Problem(
                f"{what}; there is no such listener",
                f"If it was renamed or moved, add previous_names=({listener!r},) to "
                "its @listens; if it was removed, run flask events purge --orphaned.",
            )
        elif is_unknown(event, payload.stored_names()):
            yield Problem(
                f"{what}; there is no such event",
                f"If it was renamed or moved, add {event!r} to previous_names of its "
                "class; if it was removed, run flask events purge --orphaned.",
            )
        elif reason := _unreadable(event, listener):
            yield Problem(f"{what}; {reason}", "Then run flask events retry --all.")


def is_orphaned() -> sa.ColumnElement[bool]:
    """Return whether no code defines the listener or the event of a delivery."""
    waiting = _waiting()
    listeners, events = current_kernel.listeners(), payload.stored_names()
    return (table.c.state != State.COMPLETED) & (
        table.c.listener.in_({n for _, n, _ in waiting if is_unknown(n, listeners)})
        | table.c.event.in_({n for n, _, _ in waiting if is_unknown(n, events)})
    )


def count_orphaned() -> int:
    """Return the number of deliveries whose listener or event no code defines."""
    listeners, events = current_kernel.listeners(), payload.stored_names()
    return sum(
        count
        for event, listener, count in _waiting()
        if is_unknown(listener, listeners) or is_unknown(event, events)
    )


def check_changes() -> Iterator[tuple[str, str, str, str]]:
    """Yield the problems as results of ``flask doctor``."""
    if outbox.name not in pending():
        for problem in find_problems():
            yield "WARN", "events", problem.found, problem.fix


def is_unknown(name: str, known: Mapping[str, object]) -> bool:
    """Return whether no code defines a listener or an event of this name.

    A module that is quarantined, or not in ``MODULES`` of this process, defines it
    elsewhere or later.
    """
    return name not in known and name.partition(".")[0] not in _inactive()


def _inactive() -> set[str]:
    kernel = current_kernel
    folder = Path(current_app.root_path) / "modules"
    found = {each.name for each in discover(folder)} if folder.is_dir() else set()
    return (found | kernel.quarantined.keys()) - kernel.active.keys()


def _waiting() -> list[tuple[str, str, int]]:
    """Return the events and listeners of deliveries that are not completed."""
    names = (table.c.event, table.c.listener)
    statement = sa.select(*names, sa.func.count()).group_by(*names).order_by(*names)
    rows = session.execute(statement.where(table.c.state != State.COMPLETED)).all()
    session.rollback()
    return [(event, listener, count) for event, listener, count in rows]


def _unreadable(event: str, listener: str) -> str | None:
    """Return why a stored event can't be read, if there is one."""
    statement = (
        sa.select(table.c.payload, table.c.headers)
        .where(table.c.event == event, table.c.listener == listener)
        .where(table.c.state != State.COMPLETED)
        .order_by(table.c.id)
        .limit(SAMPLE)
    )
    rows = session.execute(statement).all()
    session.rollback()
    for stored, headers in rows:
        try:
            payload.read(event, stored, json.loads(headers))
        except payload.UnreadableEvent as error:
            return str(error)
    return None
