"""Tables of ``docs/_data/faults.json``: the results of the fault injection runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from docutils import nodes

from _ext.tables import table

Record = dict[str, Any]


def killed(record: Record) -> nodes.table:
    """Return the events that were lost or duplicated, by killed process."""
    return table(
        ["What was killed", "Kills", "Events", "Lost", "Duplicated", "Out of order"],
        (
            [
                run["killed"],
                f"{run['kills']:,}",
                f"{run['published']:,}",
                f"{run['lost']:,}",
                f"{run['duplicated']:,}",
                f"{run['out_of_order']:,}" if "without_order" in run else "-",
            ]
            for run in _runs(record)
            if run["kills"]
        ),
    )


def requests(record: Record) -> nodes.table:
    """Return the requests, and whether acknowledged orders were stored."""
    return table(
        ["What was killed", "Requests", "Failed", "Acknowledged", "Of these missing"],
        (
            [
                run["killed"],
                *(f"{run['requests'][name]:,}" for name in ("sent", "failed")),
                f"{run['requests']['acknowledged']:,}",
                f"{run['acknowledged_but_missing']:,}",
            ]
            for run in _runs(record)
            if run["kills"]
        ),
    )


def mails(record: Record) -> nodes.table:
    """Return the emails, which a rollback can't undo."""
    return table(
        ["What was killed", "Emails", "Lost", "Duplicated", "Message IDs"],
        (
            [run["killed"], *(f"{run['emails'][name]:,}" for name in EMAILS)]
            for run in _runs(record)
            if run["kills"] and "emails" in run
        ),
    )


def troubles(record: Record) -> nodes.table:
    """Return the effect of a failing or slow listener on the others."""
    return table(
        ["What happened", "Events", "Lost", "Duplicated", "Delay of others"],
        (
            [
                run["killed"],
                *(f"{run[name]:,}" for name in ("published", "lost", "duplicated")),
                f"{run['delay_of_others_ratio']:g} times",
            ]
            for run in _runs(record)
            if "delay_of_others_ratio" in run
        ),
    )


EMAILS = ("sent", "lost", "duplicated", "message_ids")
TABLES: dict[str, Callable[[Record], nodes.table]] = {
    "killed": killed,
    "mails": mails,
    "requests": requests,
    "troubles": troubles,
}


def _runs(record: Record) -> Iterator[Record]:
    yield from record["scenarios"].values()
