"""The directives ``console`` and ``output``, whose content a test runs or compares.

``console`` shows commands and what they print; ``output`` shows what the app returns or
writes, such as JSON. Both name their test, which has to read the block.
"""

from __future__ import annotations

import ast
import textwrap
from typing import TYPE_CHECKING, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from _ext.code_provenance import mark
from _ext.excerpt import python_object
from _ext.repository import LookupFailed, locate_file, repository_root

if TYPE_CHECKING:
    from pathlib import Path

    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata, OptionSpec


def check_test(root: Path, test: str, page: str, name: str) -> Path:
    """Return the file of *test*, such as ``tests/site/test_a.py::test_b``.

    Raise :exc:`LookupFailed` when the file has no such test, or when the test does
    not type the block: it must call ``block(page, name)``.
    """
    path, _, function = test.partition("::")
    if not function:
        raise LookupFailed(f"{test} names no test. Write FILE::TEST.")
    file = locate_file(root, path)
    source = file.read_text(encoding="utf-8")
    body = source.splitlines()[python_object(source, function.replace("::", "."))]
    if not _types_block("\n".join(body), page, name):
        raise LookupFailed(
            f'{test} does not type this block. Call block("{page}", "{name}") in it.'
        )
    return file


def _types_block(test: str, page: str, name: str) -> bool:
    tree = ast.parse(textwrap.dedent(test))
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return any(ast.unparse(call) == f"block({page!r}, {name!r})" for call in calls)


class TestedBlock(SphinxDirective):
    """A block that a test finds by its ``:name:``; ``:test:`` names the test."""

    has_content = True
    option_spec: ClassVar[OptionSpec] = {
        "name": directives.unchanged_required,
        "test": directives.unchanged_required,
    }

    def tested_block(self, language: str, provenance: str) -> list[nodes.Node]:
        """Return the code block, or an error if no test reads it."""
        missing = [name for name in self.option_spec if name not in self.options]
        if missing:
            raise self.error(
                f"{self.name}: :{missing[0]}: is missing. Say which test runs it."
            )
        test, page = self.options["test"], self.env.doc2path(self.env.docname, False)
        try:
            root = repository_root(self.env)
            file = check_test(root, test, page.as_posix(), self.options["name"])
        except LookupFailed as error:
            raise self.error(f"{self.name}: {error}") from error
        self.env.note_dependency(file)
        text = "\n".join(self.content)
        block = nodes.literal_block(text, text, language=language)
        self.set_source_info(block)
        self.add_name(block)
        mark(block, f"{provenance} {test}")
        return [block]


class ConsoleDirective(TestedBlock):
    """Show a terminal session: commands after ``$``, and what they print."""

    def run(self) -> list[nodes.Node]:
        """Return the session."""
        if not self.content or not self.content[0].startswith("$ "):
            raise self.error("console: a session starts with '$ ' and a command.")
        return self.tested_block("console", "executed by")


class OutputDirective(TestedBlock):
    """Show what the app returns or writes, in the language given: ``output:: json``."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the output."""
        if not self.content:
            raise self.error("output: the block is empty.")
        return self.tested_block(self.arguments[0], "compared by")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive."""
    app.setup_extension("_ext.code_provenance")
    app.add_directive("console", ConsoleDirective)
    app.add_directive("output", OutputDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
