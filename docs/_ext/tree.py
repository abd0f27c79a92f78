"""The ``tree`` directive: draw a folder of the repository as it really is."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from _ext.repository import LookupFailed, locate_folder, repository_root

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata, OptionSpec

# What running and testing an app leaves behind is no part of its structure.
LEFT_BEHIND = (
    ".*",
    "__pycache__",
    "*.copier",
    "*.pyc",
    "*.db",
    "*.sqlite3*",
    "instance",
    "venv",
)


class TreeDirective(SphinxDirective):
    """List a folder, with a remark beside the entries that need one.

    Each line of the content is ``path: remark``. Folders below ``:depth:`` stay
    closed, save those named in ``:expand:``. ``:lines:`` counts each Python file's.
    """

    required_arguments = 1
    has_content = True
    option_spec: ClassVar[OptionSpec] = {
        "depth": directives.positive_int,
        "expand": directives.unchanged_required,
        "exclude": directives.unchanged_required,
        "lines": directives.flag,
    }

    def run(self) -> list[nodes.Node]:
        """Return the nested list."""
        given = self.arguments[0].rstrip("/")
        try:
            self.folder = locate_folder(repository_root(self.env), given)
            self.remarks = dict(self.read_remarks())
            self.excluded = (*LEFT_BEHIND, *self.options.get("exclude", "").split())
            self.expanded = self.read_expanded()
        except LookupFailed as error:
            raise self.error(f"{given}: {error}") from error
        entries = self.draw(self.folder, depth=1)
        if self.remarks:
            raise self.error(
                f"{given}: a remark is about {', '.join(self.remarks)}, which is "
                "not listed. Correct the path, :depth: or :exclude:."
            )
        title = nodes.paragraph("", "", nodes.literal(text=f"{given}/"))
        return [nodes.container("", title, entries, classes=["file-tree"])]

    def read_remarks(self) -> Iterator[tuple[str, str]]:
        """Yield each path of the content with its remark."""
        for line in filter(None, self.content):
            path, colon, remark = line.partition(": ")
            if not colon:
                raise LookupFailed(f"{line!r} is no remark. Write 'path: remark'.")
            yield path.strip().rstrip("/"), remark.strip()

    def read_expanded(self) -> set[str]:
        """Return the folders to open, and those above them."""
        opened: set[str] = set()
        for path in self.options.get("expand", "").split():
            relative = locate_folder(self.folder, path).relative_to(self.folder)
            opened |= {each.as_posix() for each in (relative, *relative.parents)}
        return opened

    def draw(self, folder: Path, depth: int) -> nodes.bullet_list:
        """Return the entries of *folder*: folders first, by name."""
        # A folder is never up to date for Sphinx: pages with trees are read anew.
        self.env.note_dependency(folder)
        entries = nodes.bullet_list()
        for path in sorted(folder.iterdir(), key=_folders_first):
            if not self.is_excluded(path):
                entries += self.entry(path, depth)
        return entries

    def entry(self, path: Path, depth: int) -> nodes.list_item:
        """Return the item of one file or folder."""
        relative = path.relative_to(self.folder).as_posix()
        kind = "folder" if path.is_dir() else "file"
        name = path.name + ("/" if path.is_dir() else "")
        label = nodes.paragraph("", "", nodes.literal(text=name))
        if "lines" in self.options and path.suffix == ".py":
            label += nodes.Text(" ")
            label += nodes.inline(text=self.count_lines(path), classes=["size"])
        if remark := self.remarks.pop(relative, None):
            label += nodes.Text(" ")
            text, _ = self.parse_inline(remark)
            label += nodes.inline("", "", *text, classes=["remark"])
        item = nodes.list_item("", label, classes=[kind])
        if path.is_dir() and (
            depth < self.options.get("depth", 2) or relative in self.expanded
        ):
            item += self.draw(path, depth + 1)
        return item

    def count_lines(self, file: Path) -> str:
        """Return how long *file* is, for people."""
        self.env.note_dependency(file)
        count = len(file.read_text(encoding="utf-8").splitlines())
        return f"{count:,} line{'s' * (count != 1)}"

    def is_excluded(self, path: Path) -> bool:
        """Return whether a pattern matches the name or the path below the folder."""
        relative = path.relative_to(self.folder).as_posix()
        return any(
            fnmatch(path.name, pattern) or fnmatch(relative, pattern)
            for pattern in self.excluded
        )


def _folders_first(path: Path) -> tuple[bool, str]:
    return path.is_file(), path.name


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive."""
    app.setup_extension("_ext.repository")
    app.add_directive("tree", TreeDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
