"""Python files: syntax trees with scopes, so that a name is known for what it is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
ScopeNode = ast.Module | ast.ClassDef | Function


@dataclass(frozen=True)
class Binding:
    """One way in which a name gets its value.

    :param kind: ``"import"``, ``"value"``, ``"added"`` (``+=``), ``"element"`` (of a
        loop), ``"parameter"``, ``"definition"`` or ``"other"``.
    :param node: the value, the definition or the parameter's function.
    :param name: the dotted name that an import binds, or the name of the parameter.
    """

    kind: str
    node: ast.AST
    name: str = ""


@dataclass
class Scope:
    """The names of a module, a class or a function."""

    node: ScopeNode
    names: dict[str, list[Binding]] = field(default_factory=dict)

    def bind(self, name: str, binding: Binding) -> None:
        """Add a binding."""
        self.names.setdefault(name, []).append(binding)


@dataclass(frozen=True)
class Imported:
    """An import of one dotted name.

    :param module: the module in ``from module import name``, else the name itself.
    :param name: what is imported: ``"modules.auth.api"``, ``"kernel.db"``.
    :param typing: whether it is under ``if TYPE_CHECKING``, and never happens.
    :param lazy: whether it is in a function, and happens when that is called.
    """

    line: int
    module: str
    name: str
    typing: bool
    lazy: bool
    node: ast.Import | ast.ImportFrom


class PythonFile:
    """A parsed Python file.

    :param path: the file.
    :param file: its path relative to ``app.py``, for messages.
    :param name: its import name, such as ``"modules.auth.api"``.
    """

    def __init__(self, path: Path, file: str) -> None:
        self.path = path
        self.file = file
        self.name = _import_name(file)
        self.tree = ast.parse(path.read_bytes(), file)
        self.parents: dict[ast.AST, ast.AST] = {}
        self.scopes: dict[ast.AST, Scope] = {self.tree: Scope(self.tree)}
        self.imports: list[Imported] = []
        self._visit(self.tree, self.scopes[self.tree])

    @property
    def package(self) -> str:
        """The package that relative imports start from."""
        if self.path.name == "__init__.py":
            return self.name
        return self.name.rpartition(".")[0]

    @property
    def is_test(self) -> bool:
        """Whether the file holds tests or their fixtures."""
        return "/tests/" in self.file or self.path.name == "conftest.py"

    @property
    def names(self) -> dict[str, list[Binding]]:
        """The names of the module."""
        return self.scopes[self.tree].names

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node, parents first."""
        return list(ast.walk(self.tree))

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield the nodes around a node, the closest first."""
        while node in self.parents:
            node = self.parents[node]
            yield node

    def scope_of(self, node: ast.AST) -> Scope:
        """Return the scope that a node is in."""
        around = (each for each in (node, *self.ancestors(node)) if each in self.scopes)
        return self.scopes[next(around)]

    def function_of(self, node: ast.AST) -> Function | None:
        """Return the function that a node is in."""
        for each in self.ancestors(node):
            if isinstance(each, Function):
                return each
        return None

    def class_of(self, node: ast.AST) -> ast.ClassDef | None:
        """Return the class that a node is in."""
        for each in self.ancestors(node):
            if isinstance(each, ast.ClassDef):
                return each
        return None

    def lookup(self, name: str, node: ast.AST) -> list[Binding]:
        """Return what a name at ``node`` may be bound to."""
        inner = True
        for each in (node, *self.ancestors(node)):
            scope = self.scopes.get(each)
            if scope is None or (isinstance(each, ast.ClassDef) and not inner):
                continue
            if name in scope.names:
                return scope.names[name]
            inner = inner and not isinstance(each, Function)
        return []

    def dotted(self, node: ast.AST) -> str:
        """Return the dotted name of a class or function that is defined here."""
        around = [node, *self.ancestors(node)]
        names = [n.name for n in around if isinstance(n, _NAMED)]
        return ".".join([self.name, *reversed(names)])

    def docstrings(self) -> set[ast.AST]:
        """Return the strings that stand alone."""
        return {n.value for n in self.nodes if isinstance(n, ast.Expr)}

    def is_typing(self, node: ast.AST) -> bool:
        """Say whether a node is under ``if TYPE_CHECKING``."""
        child = node
        for each in self.ancestors(node):
            if (
                isinstance(each, ast.If)
                and child in each.body
                and ast.unparse(each.test).endswith("TYPE_CHECKING")
            ):
                return True
            child = each
        return False

    def _visit(self, node: ast.AST, scope: Scope) -> None:
        for child in ast.iter_child_nodes(node):
            self.parents[child] = node
            inner = scope
            if isinstance(child, _NAMED):
                scope.bind(child.name, Binding("definition", child))
            if isinstance(child, ScopeNode):
                inner = self.scopes[child] = Scope(child)
                if isinstance(child, Function):
                    for argument in _arguments(child.args):
                        binding = Binding("parameter", child, argument.arg)
                        inner.bind(argument.arg, binding)
            self._visit(child, inner)
            self._bind(child, inner)

    def _bind(self, node: ast.AST, scope: Scope) -> None:
        match node:
            case ast.Import() | ast.ImportFrom():
                self._bind_import(node, scope)
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._bind_target(target, value, scope)
            case ast.AnnAssign(target=target, value=value) if value:
                self._bind_target(target, value, scope)
            case ast.NamedExpr(target=target, value=value):
                self._bind_target(target, value, scope)
            case ast.AugAssign(target=ast.Name(id=name), value=value):
                scope.bind(name, Binding("added", value))
            case (
                ast.For(target=target, iter=values)
                | ast.comprehension(target=target, iter=values)
            ):
                for part in ast.walk(target):
                    if isinstance(part, ast.Name):
                        kind = "element" if part is target else "other"
                        scope.bind(part.id, Binding(kind, values))
            case ast.With(items=items):
                for item in items:
                    if isinstance(item.optional_vars, ast.Name):
                        binding = Binding("value", item.context_expr)
                        scope.bind(item.optional_vars.id, binding)
            case ast.Global(names=names):
                for each in names:
                    scope.names[each] = self.names.setdefault(each, [])

    def _bind_target(self, target: ast.expr, value: ast.expr, scope: Scope) -> None:
        if isinstance(target, ast.Name):
            scope.bind(target.id, Binding("value", value))
        elif isinstance(target, ast.Attribute):
            self._bind_attribute(target, value)
        elif isinstance(target, ast.Tuple | ast.List):
            values = (
                value.elts
                if isinstance(value, ast.Tuple | ast.List)
                and len(value.elts) == len(target.elts)
                else [None] * len(target.elts)
            )
            for each, part in zip(target.elts, values, strict=True):
                if part is not None:
                    self._bind_target(each, part, scope)
                elif isinstance(each, ast.Name):
                    scope.bind(each.id, Binding("other", value))

    def _bind_attribute(self, target: ast.Attribute, value: ast.expr) -> None:
        """Bind ``self.name`` in the class, where its other methods find it."""
        around = self.class_of(value)
        if around and isinstance(target.value, ast.Name) and target.value.id == "self":
            self.scopes[around].bind(target.attr, Binding("value", value))

    def _bind_import(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        lazy = not isinstance(scope.node, ast.Module)
        typing = self.is_typing(node)
        if isinstance(node, ast.Import):
            for each in node.names:
                first = each.name.partition(".")[0]
                name = each.name if each.asname else first
                scope.bind(each.asname or first, Binding("import", node, name))
                self.imports.append(
                    Imported(node.lineno, each.name, each.name, typing, lazy, node)
                )
            return
        base = self.absolute(node.module, node.level)
        for each in node.names:
            name = f"{base}.{each.name}"
            scope.bind(each.asname or each.name, Binding("import", node, name))
            self.imports.append(Imported(each.lineno, base, name, typing, lazy, node))

    def absolute(self, name: str | None, level: int) -> str:
        """Return the absolute name of a relative import."""
        if not level:
            return name or ""
        package = self.package.split(".")
        base = package[: len(package) - level + 1]
        return ".".join([*base, *([name] if name else [])])


_NAMED = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _arguments(arguments: ast.arguments) -> list[ast.arg]:
    found = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return [
        *found,
        *(each for each in (arguments.vararg, arguments.kwarg) if each is not None),
    ]


def _import_name(file: str) -> str:
    parts = file.removesuffix(".py").split("/")
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
