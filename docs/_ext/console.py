"""The ``console`` directive: commands and their output, as a test runs them.

Without ``:test:`` the block itself is executed, in a copy of the folder ``:in:``.
With ``:test:`` the named test proves it, and must exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from _ext.code_provenance import mark
from _ext.excerpt import python_object
from _ext.repository import LookupFailed, locate_file, locate_folder, repository_root

if TYPE_CHECKING:
    from pathlib import Path

    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata, OptionSpec


def check_test(root: Path, test: str) -> Path:
    """Return the file of *test*, such as ``tests/site/test_a.py::test_b``.

    Raise :exc:`LookupFailed` when the file has no such test.
    """
    path, _, name = test.partition("::")
    if not name:
        raise LookupFailed(f"{test} names no test. Write FILE::TEST.")
    file = locate_file(root, path)
    python_object(file.read_text(encoding="utf-8"), name.replace("::", "."))
    return file


class ConsoleDirective(SphinxDirective):
    """Show a terminal session."""

    has_content = True
    option_spec: ClassVar[OptionSpec] = {
        "in": directives.unchanged_required,
        "test": directives.unchanged_required,
        "name": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """Return the session as a code block marked as executed."""
        self.assert_has_content()
        if not self.content[0].startswith("$ "):
            raise self.error("A console block starts with '$ ' and a command.")
        root = repository_root(self.env)
        test = self.options.get("test")
        try:
            if test:
                self.env.note_dependency(check_test(root, test))
            elif folder := self.options.get("in"):
                locate_folder(root, folder)
            else:
                raise LookupFailed(
                    "Say where the commands run with :in:, "
                    "or which test proves them with :test:."
                )
        except LookupFailed as error:
            raise self.error(f"console: {error}") from error
        session = "\n".join(self.content)
        block = nodes.literal_block(session, session, language="console")
        self.set_source_info(block)
        self.add_name(block)
        mark(block, f"executed by {test}" if test else "executed as console")
        return [block]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive."""
    app.setup_extension("_ext.code_provenance")
    app.add_directive("console", ConsoleDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
