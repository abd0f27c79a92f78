"""The ``data-table`` directive: a table of what was measured.

``.. data-table:: load steps`` shows the table ``steps`` of ``docs/_data/load.json``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from _ext import audit_tables, fault_tables, load_tables, peer_tables, scale_tables
from _ext.data import read
from _ext.repository import LookupFailed

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata, OptionSpec

TABLES: dict[str, dict[str, Callable[[dict[str, Any]], nodes.table]]] = {
    "audit": audit_tables.TABLES,
    "faults": fault_tables.TABLES,
    "load": load_tables.TABLES,
    "peers": peer_tables.TABLES,
    "scale": scale_tables.TABLES,
}


class DataTableDirective(SphinxDirective):
    """Show one table of one file in ``docs/_data``."""

    required_arguments = 2
    option_spec: ClassVar[OptionSpec] = {}

    def run(self) -> list[nodes.Node]:
        """Return the table, or an error that names the fix."""
        record, name = self.arguments
        if record not in TABLES:
            raise self.error(
                f"data-table: there is no {record!r}. There is {', '.join(TABLES)}."
            )
        tables = TABLES[record]
        if name not in tables:
            raise self.error(
                f"data-table: {record} has no {name!r}. It has {', '.join(tables)}."
            )
        try:
            return [tables[name](read(self.env, record))]
        except LookupFailed as error:
            raise self.error(f"data-table: {error}") from error


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive."""
    app.setup_extension("_ext.repository")
    app.add_directive("data-table", DataTableDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
