"""The ``example`` directive: show a tested file, or a piece of it."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from pygments.lexers import get_lexer_for_filename
from pygments.util import ClassNotFound
from sphinx.directives.code import container_wrapper
from sphinx.util.docutils import SphinxDirective

from _ext.code_provenance import mark
from _ext.excerpt import between, matching_lines, python_object
from _ext.repository import LookupFailed, locate_file, repository_root

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata, OptionSpec


def language_of(path: str) -> str:
    """Return the Pygments name of the language that *path* is written in."""
    if path.endswith(".html"):
        return "html+jinja"
    try:
        return str(get_lexer_for_filename(path).aliases[0])
    except ClassNotFound:
        return "text"


class ExampleDirective(SphinxDirective):
    """Include a file of the repository, whole or in part."""

    required_arguments = 1
    option_spec: ClassVar[OptionSpec] = {
        "object": directives.unchanged_required,
        "from": directives.unchanged_required,
        "to": directives.unchanged_required,
        "highlight": directives.unchanged_required,
        "caption": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """Return the code block with its path as caption."""
        path = self.arguments[0]
        try:
            code, highlighted = self.excerpt(path)
        except LookupFailed as error:
            raise self.error(f"{path}: {error}") from error
        block = nodes.literal_block(code, code, language=language_of(path))
        block["highlight_args"] = {"hl_lines": highlighted}
        self.set_source_info(block)
        mark(block, f"included from {path}")
        caption = f"``{path}``"
        if "caption" in self.options:
            caption = f"{self.options['caption']} {caption}"
        return [container_wrapper(self, block, caption)]

    def excerpt(self, path: str) -> tuple[str, list[int]]:
        """Return the text to show and the numbers of its highlighted lines."""
        file = locate_file(repository_root(self.env), path)
        self.env.note_dependency(file)
        source = file.read_text(encoding="utf-8")
        lines = source.splitlines()
        start, end = self.options.get("from"), self.options.get("to")
        if name := self.options.get("object"):
            if start or end:
                raise LookupFailed("Give either :object: or :from: and :to:.")
            part = python_object(source, name)
        else:
            part = between(lines, start, end)
        shown = textwrap.dedent("\n".join(lines[part])).strip("\n")
        texts = self.options.get("highlight", "").splitlines()
        return shown, matching_lines(shown.splitlines(), filter(None, texts))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive."""
    app.setup_extension("_ext.repository")
    app.setup_extension("_ext.code_provenance")
    app.add_directive("example", ExampleDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
