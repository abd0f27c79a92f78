"""Roles for numbers, which are read at build time and never written by hand.

``:measured:`structure_cost modular_to_monolith login``` reads ``docs/_data``;
``:median:`load runs peak_p95 after``` shows the median of a list there, and the range;
``:lines:`examples/after_modular/kernel/*.py``` counts the lines of files, without tests
and migrations.
"""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util.docutils import SphinxRole

from _ext.repository import LookupFailed, locate_file, repository_root

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

RoleResult = tuple[list[nodes.Node], list[nodes.system_message]]


class FigureRole(SphinxRole):
    """A role whose text is a number that is looked up."""

    def look_up(self, root: Path) -> tuple[str, list[Path]]:
        """Return the number and the files it comes from."""
        raise NotImplementedError

    def run(self) -> RoleResult:
        """Return the number as text, or an error that names the fix."""
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
    """A number of a file in ``docs/_data``: its name, then the keys.

    The separator is a space, or `` / `` where a key contains spaces.
    """

    def look_up(self, root: Path) -> tuple[str, list[Path]]:
        """Return the value that the keys lead to."""
        file, value, keys = _read(root, self.text)
        found = _follow(value, keys, file)
        is_count = isinstance(found, int) and not isinstance(found, bool)
        return f"{found:,}" if is_count else str(found), [file]


class MedianRole(FigureRole):
    """The median of several runs, with the range in parentheses.

    The first key leads to a list; the others lead to the number of each of its items.
    """

    def look_up(self, root: Path) -> tuple[str, list[Path]]:
        """Return the median, the lowest and the highest value."""
        file, value, (name, *keys) = _read(root, self.text)
        runs = _follow(value, [name], file)
        if not isinstance(runs, list) or not runs:
            raise LookupFailed(f"{name!r} of {file.name} is no list of runs.")
        values = [_follow(run, keys, file) for run in runs]
        middle, low, high = median(values), min(values), max(values)
        if low == high:
            return f"{middle:,.0f}", [file]
        return f"{middle:,.0f} ({low:,.0f} to {high:,.0f})", [file]


def _read(root: Path, text: str) -> tuple[Path, Any, list[str]]:
    """Return the file that *text* names, its content and the keys."""
    name, *keys = text.split(" / " if " / " in text else None)
    file = locate_file(root, f"docs/_data/{name}.json")
    return file, json.loads(file.read_text(encoding="utf-8")), keys


def _follow(value: Any, keys: list[str], file: Path) -> Any:
    for key in keys:
        if not isinstance(value, dict) or key not in value:
            known = ", ".join(value) if isinstance(value, dict) else "no keys"
            raise LookupFailed(f"{file.name} has no {key!r} there. It has {known}.")
        value = value[key]
    return value


class LinesRole(FigureRole):
    """The number of lines of the files that match one or several patterns."""

    def look_up(self, root: Path) -> tuple[str, list[Path]]:
        """Count the lines."""
        files: set[Path] = set()
        for pattern in self.text.split():
            matches = {
                file
                for file in root.glob(pattern)
                if _is_counted(file.relative_to(root))
            }
            if not matches:
                raise LookupFailed(
                    f"No file matches {pattern}. "
                    "Give a pattern relative to the repository's root."
                )
            files |= matches
        texts = (file.read_text(encoding="utf-8") for file in files)
        return f"{sum(len(text.splitlines()) for text in texts):,}", sorted(files)


def _is_counted(file: Path) -> bool:
    return not {"tests", "migrations"} & set(file.parts)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the roles."""
    app.setup_extension("_ext.repository")
    app.add_role("measured", MeasuredRole())
    app.add_role("median", MedianRole())
    app.add_role("lines", LinesRole())
    return {"parallel_read_safe": True, "parallel_write_safe": True}
