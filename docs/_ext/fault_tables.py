"""The ``fault-table`` directive: what the fault runs have found, as tables.

``.. fault-table:: killed`` and the like read ``docs/_data/faults.json``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from _ext.data import read
from _ext.repository import LookupFailed
from _ext.tables import table

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata, OptionSpec

Run = dict[str, Any]


def killed(runs: list[Run]) -> nodes.table:
    """What was killed, and what became of the events."""
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
            for run in runs
            if run["kills"]
        ),
    )


def requests(runs: list[Run]) -> nodes.table:
    """What those heard who sent the requests, and whether it was true."""
    return table(
        ["What was killed", "Requests", "Failed", "Acknowledged", "Of these missing"],
        (
            [
                run["killed"],
                *(f"{run['requests'][name]:,}" for name in ("sent", "failed")),
                f"{run['requests']['acknowledged']:,}",
                f"{run['acknowledged_but_missing']:,}",
            ]
            for run in runs
            if run["kills"]
        ),
    )


def mails(runs: list[Run]) -> nodes.table:
    """What no rollback takes back."""
    return table(
        ["What was killed", "Emails", "Lost", "Duplicated", "Message IDs"],
        (
            [run["killed"], *(f"{run['emails'][name]:,}" for name in EMAILS)]
            for run in runs
            if run["kills"] and "emails" in run
        ),
    )


def troubles(runs: list[Run]) -> nodes.table:
    """What one module's trouble costs the others."""
    return table(
        ["What happened", "Events", "Lost", "Duplicated", "Delay of others"],
        (
            [
                run["killed"],
                *(f"{run[name]:,}" for name in ("published", "lost", "duplicated")),
                f"{run['delay_of_others_ratio']:g} times",
            ]
            for run in runs
            if "delay_of_others_ratio" in run
        ),
    )


EMAILS = ("sent", "lost", "duplicated", "message_ids")
TABLES: dict[str, Callable[[list[Run]], nodes.table]] = {
    "killed": killed,
    "mails": mails,
    "requests": requests,
    "troubles": troubles,
}


class FaultTableDirective(SphinxDirective):
    """Show one of the tables."""

    required_arguments = 1
    option_spec: ClassVar[OptionSpec] = {}

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        name = self.arguments[0]
        if name not in TABLES:
            raise self.error(
                f"fault-table: there is no table {name!r}, only {', '.join(TABLES)}."
            )
        try:
            found = read(self.env, "faults")
        except LookupFailed as error:
            raise self.error(f"fault-table: {error}") from error
        return [TABLES[name](list(_runs(found)))]


def _runs(found: dict[str, Any]) -> Iterator[Run]:
    yield from found["scenarios"].values()


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive."""
    app.setup_extension("_ext.repository")
    app.add_directive("fault-table", FaultTableDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
