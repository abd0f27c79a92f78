"""Where the code refers to a module, and how to replace its name there."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from .project import Project
from .table_migration import Prefixes

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

    :param stored: the names of its tables, indexes and constraints before.
    :param static: its static files, which keep their names.
    :param templates: its templates, by their paths below its name.
    :param modules: the names of all modules.
    """

    old: str
    new: str
    old_import: str
    new_import: str
    stored: tuple[str, ...] = ()
    static: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    modules: frozenset[str] = frozenset()

    def in_own_file(self, text: str) -> str:
        """Return the text of a file of the module itself with the new name.

        It is replaced in imports, in the calls that take it, and at the start of the
        strings that are endpoints, templates, events, tables and constraints.
        """
        text = self._in_calls(OWN_CALLS, self.in_other_file(text))
        text = self._in_endpoints(text)
        return self._in_strings(text)

    def _in_endpoints(self, text: str) -> str:
        """Replace the name in ``"old.index"`` and ``"old/index.html"``.

        Not in the name of a static file, which stays, nor in ``"text/html"``.
        """
        static = "".join(rf"(?!{re.escape(each)}\b)" for each in self.static)
        text = re.sub(rf"(?<={QUOTE}){static}{self.old}(?=\.\w)", self.new, text)
        templates = "|".join([r"[\"'{]", *map(re.escape, self.templates)])
        return re.sub(rf"(?<={QUOTE}){self.old}/(?={templates})", f"{self.new}/", text)

    def in_other_file(self, text: str) -> str:
        """Return the text of a file of another module with the new name.

        It is replaced in imports, in manifests, in the calls that take it, and in the
        literals that list modules.
        """
        if self.old not in text:
            return text
        text = self._in_imports(text)
        text = self._in_calls(CALLS, text)
        text = re.sub(r"\b(?:depends_on|uses)=\([^)]*\)", self._in_names, text)
        return self._in_lists(text)

    def _in_imports(self, text: str) -> str:
        return re.sub(rf"\b{re.escape(self.old_import)}\b", self.new_import, text)

    def _in_calls(self, calls: str, text: str) -> str:
        return re.sub(
            rf"({calls}{QUOTE}){self.old}(?=[{QUOTE[1:-1]}.])", rf"\1{self.new}", text
        )

    def _in_strings(self, text: str) -> str:
        """Replace the names of tables, indexes and constraints, in SQL too."""
        if not self.stored:
            return text
        # A constraint without a name in the models is called after its table.
        names = "|".join(sorted(map(re.escape, self.stored), key=len, reverse=True))
        name = rf"(?<!\w)(?:(?:{names})\b|(?:ix|uq|ck|fk|pk)_(?:{names})(?=_))"
        prefixes = Prefixes(self.old, self.new)
        return _replace(
            text,
            _strings(text),
            lambda string: re.sub(name, lambda m: prefixes.after(m[0]), string),
        )

    def _in_lists(self, text: str) -> str:
        """Replace the name where it stands among the names of other modules."""
        found = [
            node
            for listed in _literals(text)
            if len(listed) > 1 and self.modules.issuperset(n.value for n in listed)
            for node in listed
            if node.value == self.old
        ]
        return _replace(text, found, lambda name: name.replace(self.old, self.new))

    def _in_names(self, names: re.Match[str]) -> str:
        return re.sub(rf"(?<={QUOTE}){self.old}(?={QUOTE})", self.new, names[0])


def _nodes(text: str) -> Iterator[ast.AST]:
    """Yield the syntax tree of a Python file; nothing for another file."""
    try:
        yield from ast.walk(ast.parse(text))
    except (SyntaxError, ValueError):
        return


def _literals(text: str) -> Iterator[list[ast.Constant]]:
    """Yield the strings of each list, tuple, set and dict that has strings only."""
    for node in _nodes(text):
        match node:
            case ast.List(elts=found) | ast.Tuple(elts=found) | ast.Set(elts=found):
                listed: list[ast.expr | None] = [*found]
            case ast.Dict(keys=keys):
                listed = keys
            case _:
                continue
        strings = [each for each in listed if isinstance(each, ast.Constant)]
        if len(strings) == len(listed):
            yield strings


def _strings(text: str) -> list[ast.expr]:
    """Return the strings of a Python file."""
    nodes = list(_nodes(text))
    formatted = [node for node in nodes if isinstance(node, ast.JoinedStr)]
    inside = {n for outer in formatted for n in ast.walk(outer) if n is not outer}
    plain = [node for node in nodes if isinstance(node, ast.Constant)]
    strings = [each for each in plain if isinstance(each.value, str)]
    return [each for each in (*formatted, *strings) if each not in inside]


def _replace(text: str, nodes: Iterable[ast.expr], change: Callable[[str], str]) -> str:
    """Return the text after a change of what is written at these nodes."""
    source = text.encode()
    lines = [0, *accumulate(map(len, source.splitlines(keepends=True)))]
    places = {
        (
            lines[node.lineno - 1] + node.col_offset,
            lines[(node.end_lineno or 1) - 1] + (node.end_col_offset or 0),
        )
        for node in nodes
    }
    for start, end in sorted(places, reverse=True):
        changed = change(source[start:end].decode()).encode()
        source = source[:start] + changed + source[end:]
    return source.decode()


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
