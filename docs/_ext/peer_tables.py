"""The ``peer-table`` directive: this example beside its peers, as measured.

``.. peer-table:: road`` and the like read ``docs/_data/peers.json``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from _ext.data import read
from _ext.repository import LookupFailed
from _ext.tables import table

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata, OptionSpec

Record = dict[str, Any]
NONE = "-"


def road(record: Record) -> nodes.table:
    """From an empty directory to a first page, and to a logged-in admin page."""
    return table(
        [
            "Peer",
            "Commands to a page",
            "Seconds to a page",
            "Commands to an admin page",
            "Lines by hand",
            "Seconds to an admin page",
        ],
        (
            [
                _name(peer),
                _of(peer, "commands", "page"),
                _of(peer, "seconds", "page"),
                _of(peer, "commands", "admin"),
                _of(peer, "lines_by_hand", "admin"),
                _of(peer, "seconds", "admin"),
            ]
            for peer in _walked(record)
        ),
    )


def own_page(record: Record) -> nodes.table:
    """From there to a page of one's own."""
    return table(
        ["Peer", "Commands", "Lines by hand", "Seconds"],
        (
            [
                _name(peer),
                _of(peer, "commands", "module"),
                _of(peer, "lines_by_hand", "module"),
                _of(peer, "seconds", "module"),
            ]
            for peer in _walked(record)
        ),
    )


def tests(record: Record) -> nodes.table:
    """The tests that are there from the start."""
    return table(
        ["Peer", "Typed", "Passed", "Not passed"],
        (
            [
                _name(peer),
                found["command"],
                str(found.get("passed", NONE)),
                str(found.get("failed", found.get("error", NONE))),
            ]
            for peer in _walked(record)
            if (found := peer.get("tests"))
        ),
    )


def costs(record: Record) -> nodes.table:
    """What a request, a start and a process cost."""
    return table(
        [
            "Peer",
            "Log-in page, CPU ms",
            "Simple page, CPU ms",
            "Start, ms",
            "Memory, MB",
        ],
        (
            [
                peer["name"],
                _of(peer, "cpu_ms", "login"),
                _of(peer, "cpu_ms", "simple"),
                _of(peer, "start_ms", "wall"),
                _shown(peer.get("memory_mb")),
            ]
            for peer in record["peers"].values()
            if "cpu_ms" in peer
        ),
    )


def modules(record: Record) -> nodes.table:
    """What one more module costs at the start, and what the tool notices."""
    answers = {True: "yes", False: "no"}
    return table(
        [
            "Peer",
            "One more module, CPU ms at the start",
            "Asked to find mistakes by",
            "It notices an import of another's internals",
            "The others answer when one breaks",
        ],
        (
            [
                peer["name"],
                _shown(peer.get("module_start_ms")),
                rules["check"],
                answers[rules["reaching_in_is_noticed"]],
                answers[rules["others_answer_when_one_is_broken"]],
            ]
            for peer in record["peers"].values()
            if (rules := peer.get("rules"))
        ),
    )


def absent(record: Record) -> nodes.table:
    """Who could not be walked, and the line that says why."""
    return table(
        ["Peer", "What happened"],
        (
            [peer["name"], peer[problem]]
            for peer in record["peers"].values()
            for problem in ("error", "live_error", "modules_error")
            if problem in peer
        ),
    )


def promise(record: Record) -> nodes.table:
    """Whether what we set out to do holds in this record."""
    questions = {
        "fewer_commands": "Fewer commands to an admin page than any peer",
        "shorter_time": "A shorter time to an admin page than each peer that arrived",
    }
    return table(
        ["What we set out to do", "In this record"],
        (
            [question, "holds" if record["holds"][name] else "does not hold"]
            for name, question in questions.items()
        ),
    )


TABLES: dict[str, Callable[[Record], nodes.table]] = {
    "promise": promise,
    "road": road,
    "own-page": own_page,
    "tests": tests,
    "costs": costs,
    "modules": modules,
    "absent": absent,
}


def _walked(record: Record) -> list[Record]:
    return [peer for peer in record["peers"].values() if "seconds" in peer]


def _name(peer: Record) -> str:
    return f"{peer['name']} {peer['version']}"


def _of(peer: Record, figure: str, goal: str) -> str:
    return _shown(peer.get(figure, {}).get(goal))


def _shown(value: float | None) -> str:
    return NONE if value is None else f"{value:g}"


class PeerTableDirective(SphinxDirective):
    """Show one of the tables."""

    required_arguments = 1
    option_spec: ClassVar[OptionSpec] = {}

    def run(self) -> list[nodes.Node]:
        """Return the table, or an error that names the fix."""
        name = self.arguments[0]
        if name not in TABLES:
            known = ", ".join(TABLES)
            raise self.error(f"peer-table: there is no {name!r}. There is {known}.")
        try:
            return [TABLES[name](read(self.env, "peers"))]
        except LookupFailed as error:
            raise self.error(f"peer-table: {error}") from error


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive."""
    app.setup_extension("_ext.repository")
    app.add_directive("peer-table", PeerTableDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
