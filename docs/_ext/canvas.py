"""The ``canvas`` directive: all that is to know about one module, on one page.

What it shows was generated from the running app; a test finds out when it is stale.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from _ext.data import pick, read
from _ext.repository import LookupFailed

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata, OptionSpec

Entry = dict[str, Any]
PAGES = "/reference"


def module_link(name: str) -> nodes.Node:
    """Return a link to the page that holds the module's canvas."""
    link = addnodes.pending_xref(
        "",
        nodes.literal(text=name),
        refdomain="std",
        reftype="doc",
        reftarget=f"{PAGES}/{name}",
        refexplicit=True,
        refwarn=True,
    )
    return link


def join(parts: Iterable[nodes.Node]) -> list[nodes.Node]:
    """Return the nodes with commas between them, or the word "none"."""
    joined = [each for part in parts for each in (nodes.Text(", "), part)]
    return joined[1:] or [nodes.Text("none")]


class CanvasDirective(SphinxDirective):
    """Show the canvas of the module that is named."""

    required_arguments = 1
    option_spec: ClassVar[OptionSpec] = {}

    def run(self) -> list[nodes.Node]:
        """Return the facts, and a section for each kind of thing it has."""
        try:
            modules = read(self.env, "modules")["modules"]
            self.modules = {module["name"]: module for module in modules}
            module = pick(self.modules, self.arguments[0], "modules")
        except LookupFailed as error:
            raise self.error(f"canvas: {error}") from error
        summary = nodes.paragraph("", "", *self.inline(module["summary"]))
        return [summary, self.facts(module), *self.sections(module)]

    def facts(self, module: Entry) -> nodes.field_list:
        """Return where the module is, and what it stands on."""
        name = module["name"]
        needed_by = [
            m for m, other in self.modules.items() if name in other["depends_on"]
        ]
        used_by = [m for m, other in self.modules.items() if name in other["uses"]]
        facts: dict[str, list[nodes.Node]] = {
            "Folder": [nodes.literal(text=f"{module['folder']}/")],
            "Box": [nodes.Text(module["box"] or "none")],
            "URLs below": [nodes.literal(text=module["url_prefix"])],
            "If it fails": [nodes.Text(_consequence(module))],
            "Depends on": join(map(module_link, module["depends_on"])),
            "Uses, if there": join(map(module_link, module["uses"])),
            "Needed by": join(map(module_link, needed_by)),
            "Used by": join(map(module_link, used_by)),
            "Settings": join(nodes.literal(text=each) for each in module["settings"]),
            "App-wide hooks": join(
                nodes.literal(text=each) for each in module["hooks"]
            ),
        }
        fields = nodes.field_list(classes=["canvas-facts"])
        for label, content in facts.items():
            body = nodes.field_body("", nodes.paragraph("", "", *content))
            fields += nodes.field("", nodes.field_name(text=label), body)
        return fields

    def sections(self, module: Entry) -> list[nodes.section]:
        """Return what the module publishes, hears, keeps and answers."""
        return [
            self.section(
                "Published interface",
                "Other modules call nothing of it.",
                [self.entry(each["signature"], each) for each in module["interface"]],
            ),
            self.section(
                "Events it publishes",
                "It publishes none.",
                [self.event(each) for each in module["publishes"]],
            ),
            self.section(
                "Events it listens to",
                "It listens to none.",
                [self.entry(each["event"], each) for each in module["listens"]],
            ),
            self.section(
                "Tables",
                "It has none.",
                [self.table(each) for each in module["tables"]],
            ),
            self.section(
                "Routes",
                "It has none.",
                [self.route(each) for each in module["routes"]],
            ),
        ]

    def section(
        self, title: str, otherwise: str, items: list[nodes.definition_list_item]
    ) -> nodes.section:
        """Return a section with a list of its entries."""
        section = nodes.section("", nodes.title(text=title), ids=[nodes.make_id(title)])
        if items:
            section += nodes.definition_list("", *items, classes=["canvas"])
        else:
            section += nodes.paragraph(text=otherwise)
        return section

    def event(self, event: Entry) -> nodes.definition_list_item:
        """Return an event, with the modules that hear of it."""
        listeners = [
            module_link(name)
            for name, module in self.modules.items()
            if any(each["event"] == event["name"] for each in module["listens"])
        ]
        heard = [nodes.Text("Heard by "), *join(listeners), nodes.Text(".")]
        return self.entry(
            event["signature"],
            event,
            heard if listeners else [nodes.Text("Nobody listens.")],
        )

    def table(self, table: Entry) -> nodes.definition_list_item:
        """Return a table, with its columns."""
        columns = join(nodes.literal(text=name) for name in table["columns"])
        return self.entry(table["name"], table, columns)

    def route(self, route: Entry) -> nodes.definition_list_item:
        """Return a route, with its methods before it."""
        methods = nodes.inline(text=" ".join(route["methods"]), classes=["methods"])
        return self.entry(route["url"], route, before=[methods, nodes.Text(" ")])

    def entry(
        self,
        term: str,
        entry: Entry,
        *more: list[nodes.Node],
        before: Iterable[nodes.Node] = (),
    ) -> nodes.definition_list_item:
        """Return a term of code, what its docstring says, and paragraphs more."""
        paragraphs = [self.inline(entry["summary"])] if entry["summary"] else []
        definition = nodes.definition()
        for content in (*paragraphs, *more):
            definition += nodes.paragraph("", "", *content)
        code = nodes.term("", "", *before, nodes.literal(text=term))
        return nodes.definition_list_item("", code, definition)

    def inline(self, text: str) -> list[nodes.Node]:
        """Return the text of a docstring, its code marked."""
        return self.parse_inline(text)[0]


def _consequence(module: Entry) -> str:
    if module["critical"]:
        return "the app does not start (critical)"
    return "the app runs on; its pages answer 503"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive."""
    app.setup_extension("_ext.repository")
    app.add_directive("canvas", CanvasDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
