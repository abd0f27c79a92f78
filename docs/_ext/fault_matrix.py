"""The ``fault-matrix`` directive: each bug in each module, and who still answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from _ext.data import pick, read
from _ext.repository import LookupFailed

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata, OptionSpec

Cell = dict[str, Any]
# The verdicts of the record, each with a mark: color alone is not accessible.
VERDICTS = {
    "others answer": "✓",
    "fails closed": "■",
    "does not hold": "✗",
    "nothing to break": "-",
}


class FaultMatrixDirective(SphinxDirective):
    """Show the whole matrix of the isolation claim, and what each ✗ was."""

    option_spec: ClassVar[OptionSpec] = {}

    def run(self) -> list[nodes.Node]:
        """Return the table and the list of what broke."""
        try:
            claims = read(self.env, "evidence")["claims"]
            measure = pick(claims, "isolation", "evidence")["measure"]
            cells = pick(measure, "cells", "evidence")
            check(cells)
        except LookupFailed as error:
            raise self.error(f"fault-matrix: {error}") from error
        return [table(cells), *spread(cells)]


def check(cells: list[Cell]) -> None:
    """Refuse a matrix with an unknown verdict or with holes."""
    for cell in cells:
        if cell["verdict"] not in VERDICTS:
            raise LookupFailed(
                f"{cell['verdict']!r} is no verdict of a cell. "
                f"Use one of {', '.join(VERDICTS)}."
            )
    found = {(cell["fault"], cell["module"]) for cell in cells}
    for fault in sorted({cell["fault"] for cell in cells}):
        for module in sorted({cell["module"] for cell in cells}):
            if (fault, module) not in found:
                raise LookupFailed(
                    f"The cell {fault} in {module} is missing. Run nox -s evidence."
                )


def table(cells: list[Cell]) -> nodes.table:
    """Return the matrix: a row for each kind of fault, a column for each module."""
    modules = sorted({cell["module"] for cell in cells})
    faults = {cell["fault"]: cell["what"] for cell in cells}
    verdicts = {(cell["fault"], cell["module"]): cell["verdict"] for cell in cells}
    head = nodes.thead("", _row(_entry("Fault"), *(_entry(name) for name in modules)))
    body = nodes.tbody()
    for fault, what in faults.items():
        name = nodes.entry(
            "",
            nodes.paragraph("", "", nodes.strong(text=fault)),
            nodes.paragraph(text=what, classes=["fault-what"]),
        )
        body += _row(name, *(_verdict(verdicts[fault, module]) for module in modules))
    first = nodes.colspec(colwidth=3, stub=1)
    columns = [first, *(nodes.colspec(colwidth=2) for _ in modules)]
    group = nodes.tgroup("", *columns, head, body, cols=len(columns))
    return nodes.table("", group, classes=["fault-matrix"])


def spread(cells: list[Cell]) -> list[nodes.Node]:
    """Return what did not answer in each red cell, why, and what to do about it."""
    red = [cell for cell in cells if cell["verdict"] == "does not hold"]
    if not red:
        return [nodes.paragraph(text="No cell is red.")]
    items = []
    for fault in dict.fromkeys(cell["fault"] for cell in red):
        found = [cell for cell in red if cell["fault"] == fault]
        text = f"{found[0]['reason']} {found[0]['remedy']}"
        item = nodes.list_item(
            "",
            nodes.paragraph("", "", nodes.strong(text=f"{fault}: "), nodes.Text(text)),
            nodes.bullet_list(
                "",
                *(
                    nodes.list_item("", nodes.paragraph(text=_broken(cell)))
                    for cell in found
                ),
            ),
        )
        items.append(item)
    title = nodes.paragraph(
        text="The red cells: the reason, the remedy, and what did not answer."
    )
    return [title, nodes.bullet_list("", *items)]


def _broken(cell: Cell) -> str:
    shown, rest = cell["broken"][:4], len(cell["broken"][4:])
    more = f" and {rest} more" if rest else ""
    return f"in {cell['module']}: {', '.join(shown)}{more}."


def _verdict(verdict: str) -> nodes.entry:
    mark = nodes.inline(text=VERDICTS[verdict], classes=["mark"])
    text = nodes.paragraph("", "", mark, nodes.Text(f" {verdict}"))
    return nodes.entry("", text, classes=[nodes.make_id(verdict)])


def _entry(text: str) -> nodes.entry:
    return nodes.entry("", nodes.paragraph(text=text))


def _row(*entries: nodes.entry) -> nodes.row:
    return nodes.row("", *entries)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive."""
    app.setup_extension("_ext.repository")
    app.add_directive("fault-matrix", FaultMatrixDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
