"""Where the code refers to a module, and how to replace its name there."""

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
# Functions whose first argument is the name of a module, of an event or of both.
OWN_CALLS = r"\b(?:Blueprint|module_session|get_session)\(\s*"
CALLS = r"\b(?:has_module|listens|needs|fake|without_module)\(\s*"
QUOTE = r"""["']"""


@dataclass(frozen=True)
class Names:
    """The name of a module before and after it is renamed.

    :param tables: the names of its tables before.
    """

    old: str
    new: str
    old_import: str
    new_import: str
    tables: tuple[str, ...] = ()

    def in_own_file(self, text: str) -> str:
        """Return the text of a file of the module itself with the new name.

        It is replaced in imports, in the calls that take it, and at the start of the
        strings that are endpoints, templates, events, tables, constraints and URLs.
        """
        text = self._in_calls(OWN_CALLS, self.in_other_file(text))
        # "old.index", "old/index.html"
        text = re.sub(rf"(?<={QUOTE}){self.old}(?=[./]\w)", self.new, text)
        text = "".join(map(self._in_urls, text.splitlines(keepends=True)))
        for table in self.tables:
            constraint = r"(?:(?:ix|uq|ck|fk|pk)_)?"
            text = re.sub(
                rf"(?<={QUOTE})({constraint}){table}(?=[_.{QUOTE[1:-1]}])",
                rf"\1{self.new}{table.removeprefix(self.old)}",
                text,
            )
        return text

    def in_other_file(self, text: str) -> str:
        """Return the text of a file of another module with the new name.

        It is replaced in imports, in manifests, and in the calls that take it.
        """
        text = self._in_imports(text)
        text = self._in_calls(CALLS, text)
        return re.sub(r"\b(?:depends_on|uses)=\([^)]*\)", self._in_names, text)

    def _in_imports(self, text: str) -> str:
        return re.sub(rf"\b{re.escape(self.old_import)}\b", self.new_import, text)

    def _in_urls(self, line: str) -> str:
        if line.lstrip().startswith("@"):  # routes are relative to the URL prefix
            return line
        url = rf"(?<={QUOTE})/{self.old}(?=[{QUOTE[1:-1]}/?#])"
        return re.sub(url, f"/{self.new}", line)

    def _in_calls(self, calls: str, text: str) -> str:
        return re.sub(
            rf"({calls}{QUOTE}){self.old}(?=[{QUOTE[1:-1]}.])", rf"\1{self.new}", text
        )

    def _in_names(self, names: re.Match[str]) -> str:
        return re.sub(rf"(?<={QUOTE}){self.old}(?={QUOTE})", self.new, names[0])


def mentions(project: Project, name: str) -> list[str]:
    """Return the files that still contain a module's name, with the line numbers."""
    word = re.compile(rf"(?<![A-Za-z0-9]){name}(?![A-Za-z0-9])")
    places = []
    for path in _files(project):
        lines = enumerate(read(path).splitlines(), start=1)
        if found := [str(number) for number, line in lines if word.search(line)]:
            places.append(f"{project.shown(path)}: {', '.join(found)}")
    return places


def read(path: Path) -> str:
    """Return the text of a file; the empty string for a binary file."""
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
