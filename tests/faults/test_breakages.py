"""Prove the crash tests: break the outbox on purpose, and see the right ones fail."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from benchmarks.faults.ground import APP

from .crash import DAWDLING, DEADLY, DELIVERING, STEPS
from .expected import wrong

NOT_NEEDED = shutil.ignore_patterns("__pycache__", "modules", "tests", "instance", ".*")
LATER = """\
sa.event.listen(
            session,
            "after_commit",
            lambda _: (later := db.engine.connect()).execute(sa.insert(Delivery), rows)
            and later.commit(),
            once=True,
        )
"""


@dataclass(frozen=True)
class Breakage:
    """One replacement in one file of the outbox.

    :param noticed_by: what comes out wrong then, and nothing else.
    """

    name: str
    file: str
    old: str
    new: str
    noticed_by: set[str]
    database: str = "sqlite"

    def __str__(self) -> str:
        return self.name


def delivering(*steps: str) -> set[str]:
    return {f"delivering, {step}" for step in steps}


BREAKAGES = [
    Breakage(
        "the event is sent after the commit",
        "carrier.py",
        "session.execute(sa.insert(Delivery), rows)\n",
        LATER.replace("db.", "__import__('kernel.database').database.db."),
        {"publishing, after the commit"},
    ),
    Breakage(
        "the event has a transaction of its own",
        "carrier.py",
        "session.execute(sa.insert(Delivery), rows)\n",
        "own = Session(session.connection().engine)\n"
        "        own.execute(sa.insert(Delivery), rows)\n"
        "        own.commit()\n",
        {"publishing, after the event is written", "publishing, before the commit"},
        database="postgresql",
    ),
    Breakage(
        "the listener's work is committed first",
        "delivery.py",
        "        queue.complete(session, row)\n",
        "        session.commit()\n        queue.complete(session, row)\n",
        delivering(
            "before it is noted as done",
            "after it is noted as done",
            "before the commit",
        )
        | {DAWDLING},
    ),
    Breakage(
        "nobody looks whether the claim still holds",
        "queue.py",
        "is_own = (table.c.id == row.id) & (table.c.claim == row.claim)\n"
        "    return sa.update(table).where(is_own, table.c.state == State.PROCESSING)",
        "return sa.update(table).where(table.c.id == row.id)",
        {DAWDLING},
    ),
    Breakage(
        "a claim never ends",
        "queue.py",
        "            table.c.state.in_((State.PENDING, State.PROCESSING)),\n"
        "            table.c.due_at <= utcnow(),\n"
        "            table.c.attempts <",
        "            table.c.state == State.PENDING,\n"
        "            table.c.due_at <= utcnow(),\n"
        "            table.c.attempts <",
        set(DELIVERING) - delivering("before the claim"),
    ),
    Breakage(
        "what was tried before is claimed in a batch",
        "queue.py",
        '_due(listeners, 1, table.c.attempts > 0, name="again")',
        '_due(listeners, limit, table.c.attempts > 0, name="again")',
        {DEADLY},
    ),
]


@pytest.mark.parametrize("breakage", BREAKAGES, ids=str)
def test_a_breakage_is_noticed(
    breakage: Breakage, crash: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    code = shutil.copytree(APP, tmp_path / "code", ignore=NOT_NEEDED)
    file = code / "outbox" / breakage.file
    source = file.read_text(encoding="utf-8")
    assert source.count(breakage.old) == 1, "bring the breakages up to date"
    file.write_text(source.replace(breakage.old, breakage.new), encoding="utf-8")
    names = (*STEPS, DAWDLING, *({DEADLY} & breakage.noticed_by))
    assert wrong(crash(*names, database=breakage.database, code=code)) == (
        breakage.noticed_by
    )
