"""Mutation tests of the crash tests: with a broken outbox, the right ones fail."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from benchmarks.faults.environment import APP

from .crash import DEADLY, DELIVERING, SLOW, STEPS
from .expected import wrong

NOT_NEEDED = shutil.ignore_patterns("__pycache__", "modules", "tests", "instance", ".*")
LATER = """\
sa.event.listen(
            session,
            "after_commit",
            lambda _: (later := db.engine.connect()).execute(new, rows)
            and later.commit(),
            once=True,
        )
"""


@dataclass(frozen=True)
class Breakage:
    """One replacement in one file of the outbox or of the deliveries.

    :param detected_by: the steps whose outcome is wrong then, and no others.
    """

    name: str
    file: str
    old: str
    new: str
    detected_by: set[str]
    database: str = "sqlite"

    def __str__(self) -> str:
        return self.name


def delivering(*steps: str) -> set[str]:
    return {f"delivering, {step}" for step in steps}


BREAKAGES = [
    Breakage(
        "the event is stored after the commit",
        "outbox/dispatcher.py",
        "session.execute(new, rows)\n",
        LATER.replace("db.", "__import__('kernel.database').database.db."),
        {"publishing, after the commit"},
    ),
    Breakage(
        "the event has a transaction of its own",
        "outbox/dispatcher.py",
        "session.execute(new, rows)\n",
        "own = Session(session.connection().engine)\n"
        "        own.execute(new, rows)\n"
        "        own.commit()\n",
        {"publishing, after the event is stored", "publishing, before the commit"},
        database="postgresql",
    ),
    Breakage(
        "the listener's work is committed first",
        "deliveries/delivery.py",
        "lambda session: queue.complete(session, row)",
        "lambda session: (session.commit(), queue.complete(session, row))",
        delivering(
            "before its completion is recorded",
            "after its completion is recorded",
            "before the commit",
        )
        | {SLOW},
    ),
    Breakage(
        "the claim is not checked at completion",
        "outbox/queue.py",
        "is_own = (table.c.id == row.id) & (table.c.claim == row.claim)\n"
        "    return sa.update(table).where(is_own, table.c.state == State.PROCESSING)",
        "return sa.update(table).where(table.c.id == row.id)",
        {SLOW},
    ),
    Breakage(
        "a claim does not time out",
        "outbox/queue.py",
        "            is_unfinished,\n            table.c.due_at <= from_now(0),\n",
        "            table.c.state == State.PENDING,\n"
        "            table.c.due_at <= from_now(0),\n",
        set(DELIVERING) - delivering("before the claim"),
    ),
    Breakage(
        "retries are claimed in a batch",
        "outbox/queue.py",
        'due(listeners, 1, table.c.attempts > 0, name="retries")',
        'due(listeners, limit, table.c.attempts > 0, name="retries")',
        {DEADLY},
    ),
]


@pytest.mark.parametrize("breakage", BREAKAGES, ids=str)
def test_a_breakage_is_detected(
    breakage: Breakage, crash: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    code = shutil.copytree(APP, tmp_path / "code", ignore=NOT_NEEDED)
    file = code / "kernel" / breakage.file
    source = file.read_text(encoding="utf-8")
    assert source.count(breakage.old) == 1, "update BREAKAGES to the source"
    file.write_text(source.replace(breakage.old, breakage.new), encoding="utf-8")
    names = (*STEPS, SLOW, *({DEADLY} & breakage.detected_by))
    assert wrong(crash(*names, database=breakage.database, code=code)) == (
        breakage.detected_by
    )
