"""Where the code names a module, and how to write another name there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .project import Project

SEARCHED = (
    "app.py",
    "config.py",
    "conftest.py",
    "modules",
    "kernel",
    "tests",
    "web",
)


@dataclass(frozen=True)
class Names:
    """What a module is called now, and what it is to be called."""

    old: str
    new: str
    old_import: str
    new_import: str

    def in_own_file(self, text: str) -> str:
        """Return the text of a file of the module itself with the new name.

        The old one is replaced where it is the first word of a string or a step of a
        path: names of endpoints, tables, constraints, templates and events, and URLs.
        """
        text = self._in_imports(text)
        text = re.sub(rf"""(?<=["'/]){self.old}(?=["'./_?#])""", self.new, text)
        kind = r"(?<=\b(?:ix|uq|ck|fk|pk)_)"
        return re.sub(rf"{kind}{self.old}(?=_)", self.new, text)

    def in_other_file(self, text: str) -> str:
        """Return the text of a file of another module with the new name.

        Only what the kernel reads is replaced: imports, manifests, interfaces and
        the names of events.
        """
        text = self._in_imports(text)
        call = r"""(?:(?<=interface\(["'])|(?<=listens\(["']))"""
        text = re.sub(rf"""{call}{self.old}(?=["'.])""", self.new, text)
        return re.sub(r"\b(?:depends_on|uses)=\([^)]*\)", self._in_names, text)

    def _in_imports(self, text: str) -> str:
        return re.sub(rf"\b{re.escape(self.old_import)}\b", self.new_import, text)

    def _in_names(self, names: re.Match[str]) -> str:
        return re.sub(rf"""(?<=["']){self.old}(?=["'])""", self.new, names[0])


def mentions(project: Project, name: str) -> list[str]:
    """Return the files that still have a module's name in them, with the lines."""
    word = re.compile(rf"(?<![A-Za-z0-9]){name}(?![A-Za-z0-9])")
    places = []
    for path in _files(project):
        lines = enumerate(read(path).splitlines(), start=1)
        if found := [str(number) for number, line in lines if word.search(line)]:
            places.append(f"{project.shown(path)}: {', '.join(found)}")
    return places


def read(path: Path) -> str:
    """Return the text of a file; none of one that holds something else."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def _files(project: Project) -> Iterator[Path]:
    for name in SEARCHED:
        path = project.root / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and not {"__pycache__", "migrations"} & {*file.parts}:
                yield file
