"""Jinja templates, parsed by the app's own environment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, TemplateError, nodes

from .program import UNKNOWN

REFERENCES = (nodes.Include, nodes.Extends, nodes.Import, nodes.FromImport)
Value = tuple[int, str]


class TemplateFile:
    """A template: its syntax tree, and the text that it may become.

    :param text: the source; of a file, or of a string that is rendered.
    :param environment: the app's Jinja environment, with its extensions.
    :param line: the line of the file where the text starts.
    """

    def __init__(
        self, file: str, text: str, environment: Environment, line: int = 1
    ) -> None:
        self.file = file
        self.offset = line - 1
        self.tree = environment.parse(text)
        self.values: dict[str, list[nodes.Expr]] = {}
        for each in self.tree.find_all(nodes.Assign):
            if isinstance(each.target, nodes.Name):
                assert isinstance(each.node, nodes.Expr)
                self.values.setdefault(each.target.name, []).append(each.node)
        self._bind_parameters()
        for loop in self.tree.find_all(nodes.For):
            if isinstance(loop.target, nodes.Name):
                self.values.setdefault(loop.target.name, []).append(_expr(loop.iter))

    @classmethod
    def read(
        cls, path: Path, file: str, environment: Environment
    ) -> TemplateFile | None:
        """Read a file; ``None`` if it is not a template, such as a picture."""
        try:
            text = path.read_text("utf-8")
            return None if "\0" in text else cls(file, text, environment)
        except (UnicodeDecodeError, TemplateError, OSError):
            return None

    def _bind_parameters(self) -> None:
        """Add what the calls of the template's macros give for their parameters."""
        macros = {macro.name: macro for macro in self.tree.find_all(nodes.Macro)}
        for call in self.tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name in macros:
                names = [each.name for each in macros[call.node.name].args]
                given = dict(zip(names, call.args, strict=False))
                given |= {k.key: k.value for k in call.kwargs if k.key in names}
                for name, value in given.items():
                    self.values.setdefault(name, []).append(value)

    def references(self) -> Iterator[Value]:
        """Yield the names of the templates that are extended, included or imported."""
        for node in self.tree.find_all(REFERENCES):
            for text in self.texts(node.template):  # type: ignore[attr-defined]
                yield self.offset + node.lineno, text

    def calls(self) -> Iterator[tuple[int, nodes.Expr, list[str]]]:
        """Yield each call: its line, the function, and its first argument's values."""
        for node in self.tree.find_all(nodes.Call):
            given = [k.value for k in node.kwargs if k.key == "endpoint"]
            first = [t for each in [*node.args[:1], *given] for t in self.texts(each)]
            yield self.offset + node.lineno, node.node, first

    def names(self) -> Iterator[tuple[int, str]]:
        """Yield dotted names: ``config.KEY``, ``g.key``, ``config["KEY"]``."""
        for node in self.tree.find_all((nodes.Getattr, nodes.Getitem)):
            for name in self._dotted(node):
                yield self.offset + node.lineno, name
        for call in self.tree.find_all(nodes.Call):
            match call.node:
                case nodes.Getattr(attr="get") if call.args:
                    for base in self._dotted(call.node.node):
                        for key in self.texts(call.args[0]):
                            yield self.offset + call.lineno, f"{base}.{key}"

    def _dotted(self, node: nodes.Node, depth: int = 8) -> list[str]:
        if depth == 0:
            return []
        match node:
            case nodes.Name():
                aliases = [
                    name
                    for value in self.values.get(node.name, ())
                    if isinstance(value, nodes.Name | nodes.Getattr | nodes.Getitem)
                    and value is not node
                    for name in self._dotted(value, depth - 1)
                ]
                return aliases or [node.name]
            case nodes.Getattr():
                return [
                    f"{base}.{node.attr}" for base in self._dotted(node.node, depth)
                ]
            case nodes.Getitem():
                keys = self.texts(node.arg)
                return [
                    f"{base}.{key}"
                    for base in self._dotted(node.node, depth)
                    for key in keys
                ]
        return []

    def texts(self, node: nodes.Node, depth: int = 8) -> list[str]:
        """Return the strings that an expression may be."""
        if depth == 0:
            return []
        match node:
            case nodes.Const():
                return [str(node.value)]
            case nodes.TemplateData():
                return [node.data]
            case nodes.Name():
                found = self.values.get(node.name, ())
                return [t for each in found for t in self.texts(each, depth - 1)]
            case nodes.Concat():
                return self._joined(list(node.nodes), depth)
            case nodes.Add():
                return self._joined([node.left, node.right], depth)
            case nodes.CondExpr():
                other = self.texts(node.expr2, depth - 1) if node.expr2 else []
                return self.texts(node.expr1, depth - 1) + other
            case nodes.Or() | nodes.And():
                return self.texts(node.left, depth) + self.texts(node.right, depth)
            case nodes.List() | nodes.Tuple():
                return [t for each in node.items for t in self.texts(each, depth - 1)]
            case nodes.Getitem():
                return self.texts(node.node, depth - 1)
            case nodes.Dict():
                return [t for e in node.items for t in self.texts(e.value, depth - 1)]
            case nodes.Filter():
                return self._filtered(node, depth)
            case nodes.Mod():
                values = self.texts(node.right, depth - 1) or [UNKNOWN]
                return [
                    text.replace("%s", value)
                    for text in self.texts(node.left, depth - 1)
                    for value in values
                ]
        return []

    def _filtered(self, node: nodes.Filter, depth: int) -> list[str]:
        if node.node is None:
            return []
        if node.name == "format":
            values = [(self.texts(a, depth - 1) or [UNKNOWN])[0] for a in node.args]
            found = []
            for text in self.texts(node.node, depth - 1):
                for value in values:
                    text = text.replace("%s", value, 1)
                found.append(text)
            return found
        if node.name == "join" and isinstance(node.node, nodes.List | nodes.Tuple):
            separator = self.texts(node.args[0], depth - 1) if node.args else [""]
            parts: list[nodes.Expr] = []
            for each in node.node.items:
                parts += [nodes.Const(separator[0] if separator else UNKNOWN), each]
            return self._joined(parts[1:], depth)
        texts = self.texts(node.node, depth - 1)
        if node.name in ("lower", "upper"):
            return [getattr(text, node.name)() for text in texts]
        return [text.strip() for text in texts] if node.name == "trim" else texts

    def _joined(self, parts: list[nodes.Expr], depth: int) -> list[str]:
        found = [""]
        for part in parts:
            choices = self.texts(part, depth - 1) or [UNKNOWN]
            found = [text + choice for text in found for choice in choices][:64]
        return found

    def variants(self) -> Iterator[list[tuple[int, str]]]:
        """Yield the text that the template becomes: pieces with their lines.

        Once with the first branch of each condition, once with the next one, and so
        on. What an expression prints is left open where it is not known.
        """
        widest = max(
            (2 + len(each.elif_) for each in self.tree.find_all(nodes.If)), default=1
        )
        for branch in range(widest):
            yield list(self._pieces(self.tree.body, branch))

    def _pieces(self, body: list[nodes.Node], branch: int) -> Iterator[tuple[int, str]]:
        for node in body:
            match node:
                case nodes.Output():
                    line = node.lineno
                    for each in node.nodes:
                        texts = self.texts(each)
                        text = texts[min(branch, len(texts) - 1)] if texts else UNKNOWN
                        line = max(line, each.lineno)
                        yield self.offset + line, text
                case nodes.If():
                    ways = [node.body, *(e.body for e in node.elif_), node.else_]
                    yield from self._pieces(ways[min(branch, len(ways) - 1)], branch)
                case nodes.ExprStmt():
                    pass
                case _:
                    inner = [
                        child
                        for name in ("body", "else_", "nodes")
                        for child in getattr(node, name, ())
                    ]
                    yield from self._pieces(inner, branch)


def _expr(node: nodes.Node) -> nodes.Expr:
    assert isinstance(node, nodes.Expr)
    return node
