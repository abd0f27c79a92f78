"""Source files, read and not run: Python and Jinja, as trees."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from jinja2 import Environment, nodes

from kernel.manifest import Module

ENVIRONMENT = ("os.environ", "os.getenv")
URL_ATTRIBUTE = re.compile(r"""(?:href|src|action)=["']([^"']*)["']""")


@dataclass(frozen=True)
class Source:
    """A file, and the module that it belongs to; ``None`` is the app itself."""

    path: Path
    file: str
    owner: Module | None

    @property
    def owner_name(self) -> str:
        """Who the file belongs to, for messages."""
        return self.owner.name if self.owner else "the app"

    def strings(self) -> Iterator[tuple[int, str]]:
        """Yield each string that means something to the program, with its line."""
        raise NotImplementedError

    def urls(self) -> Iterator[tuple[int, str]]:
        """Yield each string that may be a URL, with its line."""
        raise NotImplementedError

    def settings(self) -> Iterator[tuple[int, str | None]]:
        """Yield each setting that is read, with its line.

        ``None`` for one whose name is not written out; ``"os.environ"`` and its like
        for one that does not come from the app.
        """
        raise NotImplementedError


class PythonSource(Source):
    """A Python file."""

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.path.read_bytes(), self.file)

    def strings(self) -> Iterator[tuple[int, str]]:
        """Yield each string but those that stand alone, such as docstrings."""
        alone = {
            node.value for node in ast.walk(self.tree) if isinstance(node, ast.Expr)
        }
        for node in ast.walk(self.tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and node not in alone
            ):
                yield node.lineno, node.value

    def urls(self) -> Iterator[tuple[int, str]]:
        """Yield each string."""
        return self.strings()

    def settings(self) -> Iterator[tuple[int, str | None]]:
        """Yield ``config["KEY"]``, ``config.get("KEY")`` and the environment."""
        for node in ast.walk(self.tree):
            match node:
                case ast.Subscript(value=ast.Attribute(attr="config"), slice=key):
                    yield node.lineno, text_of(key)
                case ast.Call(
                    func=ast.Attribute(attr="get", value=ast.Attribute(attr="config")),
                    args=[key, *_],
                ):
                    yield node.lineno, text_of(key)
                case ast.Attribute() if (name := ast.unparse(node)) in ENVIRONMENT:
                    yield node.lineno, name

    def calls(self, *names: str) -> Iterator[tuple[int, str | None]]:
        """Yield each call of a function of one of these names.

        A line and the first argument; ``None`` if that is not a plain string.
        """
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and _last_name(node.func) in names:
                first = node.args[0] if node.args else None
                yield node.lineno, text_of(first)

    def line_of(self, keyword: str) -> int:
        """Return the line of a keyword of the manifest; without it, of the manifest."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and _last_name(node.func) == "Module":
                lines = {each.arg: each.value.lineno for each in node.keywords}
                return lines.get(keyword, node.lineno)
        return 1


class TemplateSource(Source):
    """A Jinja template."""

    @cached_property
    def tree(self) -> nodes.Template:
        """The syntax tree."""
        return Environment().parse(self.path.read_text("utf-8"))

    def strings(self) -> Iterator[tuple[int, str]]:
        """Yield each string in a tag or an expression."""
        for node in self.tree.find_all(nodes.Const):
            if isinstance(node.value, str):
                yield node.lineno, node.value

    def urls(self) -> Iterator[tuple[int, str]]:
        """Yield each attribute of an element that holds a URL."""
        text = self.path.read_text("utf-8")
        for match in URL_ATTRIBUTE.finditer(text):
            yield text.count("\n", 0, match.start()) + 1, match[1]

    def settings(self) -> Iterator[tuple[int, str | None]]:
        """Yield ``config.KEY`` and ``config["KEY"]``."""
        for node in self.tree.find_all(nodes.Getattr):
            if node.node == nodes.Name("config", "load"):
                yield node.lineno, node.attr
        for item in self.tree.find_all(nodes.Getitem):
            if item.node == nodes.Name("config", "load"):
                key = item.arg
                yield item.lineno, key.value if isinstance(key, nodes.Const) else None


def text_of(node: ast.expr | None) -> str | None:
    """Return the string that a node is, or ``None`` if it is something else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def _last_name(node: ast.expr) -> str | None:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None
