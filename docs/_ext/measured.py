"""Roles for figures: read at build time, never typed.

``:measured:`structure_cost modular_to_monolith login``` reads ``docs/_data``;
``:lines:`examples/after_modular/kernel/*.py``` counts the lines of files, tests and
migrations left out.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util.docutils import SphinxRole

from _ext.repository import LookupFailed, locate_file, repository_root

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

RoleResult = tuple[list[nodes.Node], list[nodes.system_message]]


class FigureRole(SphinxRole):
    """A role whose text is a figure that is looked up."""

    def look_up(self, root: Path) -> tuple[str, list[Path]]:
        """Return the figure and the files it comes from."""
        raise NotImplementedError

    def run(self) -> RoleResult:
        """Return the figure as text, or an error that names the fix."""
        try:
            figure, files = self.look_up(repository_root(self.env))
        except LookupFailed as error:
            message = self.inliner.reporter.error(
                f"{self.name}: {error}", line=self.lineno
            )
            return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [
                message
            ]
        for file in files:
            self.env.note_dependency(file)
        return [nodes.inline(figure, figure, classes=["measured"])], []


class MeasuredRole(FigureRole):
    """A figure of a file in ``docs/_data``: its name, then the keys.

    Between them stands a space, or `` / `` where a key holds spaces.
    """

    def look_up(self, root: Path) -> tuple[str, list[Path]]:
        """Return the value that the keys lead to."""
        name, *keys = self.text.split(" / " if " / " in self.text else None)
        file = locate_file(root, f"docs/_data/{name}.json")
        value: Any = json.loads(file.read_text(encoding="utf-8"))
        for key in keys:
            if not isinstance(value, dict) or key not in value:
                known = ", ".join(value) if isinstance(value, dict) else "no keys"
                raise LookupFailed(f"{file.name} has no {key!r} there. It has {known}.")
            value = value[key]
        return str(value), [file]


class LinesRole(FigureRole):
    """The number of lines of the files that match a pattern."""

    def look_up(self, root: Path) -> tuple[str, list[Path]]:
        """Count the lines."""
        found = sorted(root.glob(self.text))
        files = [file for file in found if _is_counted(file.relative_to(root))]
        if not files:
            raise LookupFailed(
                f"No file matches {self.text}. "
                "Give a pattern relative to the repository's root."
            )
        texts = (file.read_text(encoding="utf-8") for file in files)
        return f"{sum(len(text.splitlines()) for text in texts):,}", files


def _is_counted(file: Path) -> bool:
    return not {"tests", "migrations"} & set(file.parts)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the roles."""
    app.setup_extension("_ext.repository")
    app.add_role("measured", MeasuredRole())
    app.add_role("lines", LinesRole())
    return {"parallel_read_safe": True, "parallel_write_safe": True}
