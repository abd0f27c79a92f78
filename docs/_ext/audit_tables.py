"""The table of ``docs/_data/audit.json``: the audit of public Flask apps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from docutils import nodes

from _ext.tables import table


def apps(record: Any) -> nodes.table:
    """Return the size of each app, and what the audit proposes for it.

    :param record: a list of the results, a dictionary each.
    """
    heads = [
        *("App", "Commit", "Lines", "Routes", "Tables"),
        *("Modules", "References", "Begin with"),
    ]
    return table(heads, map(_row, record))


def _row(app: dict[str, Any]) -> list[str]:
    return [
        "/".join(filter(None, (app["repository"], app["folder"]))),
        app["commit"][:7],
        f"{app['lines']:,}",
        str(app["routes"]),
        str(app["tables"]),
        str(len(app["modules"])),
        f"{app['couplings']:,}",
        app["next_step"],
    ]


TABLES: dict[str, Callable[[dict[str, Any]], nodes.table]] = {"apps": apps}
