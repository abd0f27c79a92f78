"""The ``module-graph`` directive: who needs whom, as a picture and as a table.

The modules stand in a column in the reverse order of loading, so that each one needs
only those below it. What it depends on is an arc on the right, what it merely uses a
dashed one on the left: no arc crosses a module, however many there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from _ext.canvas import join, module_link
from _ext.data import read
from _ext.repository import LookupFailed

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata, OptionSpec

BOX_WIDTH, BOX_HEIGHT = 170, 44
STEP = 68  # from one module to the next
BEND = 26  # how much further out an arc goes for each module that it passes
PORT = 9  # arcs leave a module so far below its middle, and reach one above it
TOP = 34  # for the legend

Entry = dict[str, Any]


@dataclass(frozen=True)
class Arc:
    """A need: the rows of the module that has it and of the one below it."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """How many rows it goes down."""
        return self.end - self.start


def draw(modules: list[Entry]) -> str:
    """Return the picture as SVG. It takes its colours from the page."""
    rows = {module["name"]: row for row, module in enumerate(modules)}
    reach = round(0.8 * BEND * len(modules))
    width, height = BOX_WIDTH + 2 * reach, TOP + STEP * len(modules)
    left, right = reach, reach + BOX_WIDTH
    parts = [
        f'<svg class="module-graph" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(_in_words(modules))}">',
        f'<text class="legend" x="{left - 8}" y="14" text-anchor="end">'
        "uses, if there</text>",
        f'<text class="legend" x="{right + 8}" y="14">depends on</text>',
        *_arcs(_needs(modules, rows, "depends_on"), right, 1, "depends"),
        *_arcs(_needs(modules, rows, "uses"), left, -1, "uses"),
        *(_box(module, rows[module["name"]], left) for module in modules),
        "</svg>",
    ]
    return "".join(parts)


def _in_words(modules: list[Entry]) -> str:
    names = ", ".join(module["name"] for module in modules)
    return (
        f"From top to bottom: {names}. Each needs modules below it only; see the table."
    )


def _needs(modules: list[Entry], rows: dict[str, int], kind: str) -> list[Arc]:
    return [
        Arc(rows[module["name"]], rows[name])
        for module in modules
        for name in module[kind]
    ]


def _box(module: Entry, row: int, x: int) -> str:
    y, middle = _middle(row) - BOX_HEIGHT // 2, x + BOX_WIDTH // 2
    note = (
        "critical" if module["critical"] else module["box"] and f"box {module['box']}"
    )
    name_y = y + (20 if note else 27)
    return (
        f'<rect x="{x}" y="{y}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="8"/>'
        f'<text x="{middle}" y="{name_y}" text-anchor="middle">'
        f"{escape(module['name'])}</text>"
        + (
            f'<text class="note" x="{middle}" y="{y + 36}" text-anchor="middle">'
            f"{escape(note)}</text>"
            if note
            else ""
        )
    )


def _arcs(arcs: list[Arc], x: int, side: int, kind: str) -> Iterator[str]:
    """Yield the arcs on one side (1: right, -1: left) of the column."""
    for arc in arcs:
        # Arcs leave and reach a module at one point each, and nest by their length.
        y1, y2 = _middle(arc.start) + PORT, _middle(arc.end) - PORT
        out = x + side * (BEND * arc.length + BEND // 2)
        yield (
            f'<path class="{kind}" d="M{x} {y1}C{out} {y1} {out} {y2} {x} {y2}"/>'
            f'<path class="tip" d="M{x} {y2}l{side * 9} -5v10z"/>'
        )


def _middle(row: int) -> int:
    return TOP + STEP * row + STEP // 2


class ModuleGraphDirective(SphinxDirective):
    """Draw the graph of the modules, and say the same in a table."""

    option_spec: ClassVar[OptionSpec] = {}

    def run(self) -> list[nodes.Node]:
        """Return the picture and the table."""
        try:
            modules = read(self.env, "modules")["modules"][::-1]
        except LookupFailed as error:
            raise self.error(f"module-graph: {error}") from error
        picture = nodes.raw("", draw(modules), format="html")
        return [picture, self.table(modules)]

    def table(self, modules: list[Entry]) -> nodes.table:
        """Return who needs whom, with links to the canvases."""
        body = nodes.tbody()
        for module in modules:
            body += _row(
                [module_link(module["name"])],
                join(map(module_link, module["depends_on"])),
                join(map(module_link, module["uses"])),
            )
        head = nodes.thead(
            "",
            _row(*([nodes.Text(text)] for text in ("Module", "Depends on", "Uses"))),
        )
        columns = [nodes.colspec(colwidth=1) for _ in range(3)]
        return nodes.table("", nodes.tgroup("", *columns, head, body, cols=3))


def _row(*cells: Iterable[nodes.Node]) -> nodes.row:
    return nodes.row(
        "", *(nodes.entry("", nodes.paragraph("", "", *cell)) for cell in cells)
    )


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive."""
    app.setup_extension("_ext.repository")
    app.add_directive("module-graph", ModuleGraphDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
