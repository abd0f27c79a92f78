"""Fail the build on a code block that nothing proves.

A block on a page must be included from a tested file (``example``), executed or
compared by a test (``console``, ``output``, ``pycon``), or have the reason why it is
neither (``untested``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from _ext.repository import repository_root

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata, OptionSpec

logger = logging.getLogger(__name__)

ATTRIBUTE = "provenance"
EXECUTED_LANGUAGES = {"pycon": "executed as doctest"}
INCLUDED_FOLDERS = ("examples", "docs")
FIX = (
    "Include it from a tested file with 'example', let a test run or compare it with "
    "'console', 'output' or 'code-block:: pycon', or give the reason in 'untested'."
)


@dataclass(frozen=True)
class Block:
    """One code block of a page and what vouches for it (None: nothing)."""

    page: str
    line: int | None
    provenance: str | None


def mark(block: nodes.Element, provenance: str) -> None:
    """Note on *block* what vouches for it."""
    block[ATTRIBUTE] = provenance


def blocks(env: BuildEnvironment, doctree: nodes.document) -> Iterator[Block]:
    """Yield every code block of *doctree*, the page being read."""
    page = Path(env.doc2path(env.docname, base=False)).as_posix()
    for node in _code_in(doctree):
        if not _is_inside(node, nodes.system_message):
            yield Block(page, _line(node), _provenance(env, node))


def _code_in(tree: nodes.Element) -> Iterator[nodes.Element]:
    yield from tree.findall(nodes.literal_block)
    yield from tree.findall(nodes.doctest_block)
    yield from (raw for raw in tree.findall(nodes.raw) if "<pre" in raw.astext())


def _is_inside(node: nodes.Node, kind: type[nodes.Node]) -> bool:
    while node.parent is not None:
        node = node.parent
        if isinstance(node, kind):
            return True
    return False


def _line(node: nodes.Node | None) -> int | None:
    while node is not None:
        if node.line is not None:
            return node.line
        node = node.parent
    return None


def _provenance(env: BuildEnvironment, node: nodes.Element) -> str | None:
    if marked := node.get(ATTRIBUTE):
        return str(marked)
    if isinstance(node, nodes.doctest_block):
        return EXECUTED_LANGUAGES["pycon"]
    if included := node.get("source"):
        return _literally_included(repository_root(env), Path(included))
    return EXECUTED_LANGUAGES.get(node.get("language", ""))


def _literally_included(root: Path, file: Path) -> str | None:
    file = file.resolve()
    if any(file.is_relative_to(root / folder) for folder in INCLUDED_FOLDERS):
        return f"included from {file.relative_to(root).as_posix()}"
    return None


def ledger(env: BuildEnvironment) -> dict[str, list[Block]]:
    """Return the blocks of every page read so far, kept between builds."""
    pages: dict[str, list[Block]] = vars(env).setdefault("code_provenance", {})
    return pages


def _record(app: Sphinx, doctree: nodes.document) -> None:
    ledger(app.env)[app.env.docname] = list(blocks(app.env, doctree))


def _forget(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    ledger(env).pop(docname, None)


def _check(app: Sphinx, env: BuildEnvironment) -> None:
    for docname, found in sorted(ledger(env).items()):
        for block in found:
            if block.provenance is None:
                place = (docname, block.line)
                logger.error("Nothing proves this code block. %s", FIX, location=place)
                app.statuscode = 1  # Without -W, Sphinx would succeed.


def _write_ledger(app: Sphinx, exception: Exception | None) -> None:
    """Leave the list beside the doctrees, for the tests that execute blocks."""
    if exception is None:
        pages = ledger(app.env)
        every = [asdict(block) for name in sorted(pages) for block in pages[name]]
        file = Path(app.doctreedir) / "code-provenance.json"
        file.write_text(json.dumps(every, indent=2) + "\n", encoding="utf-8")


class UntestedDirective(SphinxDirective):
    """Allow the code blocks inside to stand unproved, for the reason given."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[OptionSpec] = {}

    def run(self) -> list[nodes.Node]:
        """Return the blocks, followed by the reason for the reader."""
        if not self.content:
            raise self.error("'untested' is empty. Indent the code block under it.")
        reason = self.arguments[0]
        children = self.parse_content_to_nodes()
        holder = nodes.container("", *children, classes=["untested"])
        found = list(_code_in(holder))
        if not found:
            raise self.error("'untested' holds no code block. Remove it.")
        for block in found:
            mark(block, f"untested: {reason}")
        note = nodes.paragraph(classes=["untested-reason"])
        note += self.parse_inline(f"Not run by a test: {reason}")[0]
        holder += note
        return [holder]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the check and the directive for its exceptions."""
    app.setup_extension("_ext.repository")
    app.add_directive("untested", UntestedDirective)
    app.connect("doctree-read", _record)
    app.connect("env-purge-doc", _forget)
    app.connect("env-updated", _check)
    app.connect("build-finished", _write_ledger)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
