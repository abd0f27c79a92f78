"""Parse Python files, and resolve names across them."""

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from .files import Codebase, Note, Source

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Definition: TypeAlias = Function | ast.ClassDef


@dataclass(eq=False)
class Unit:
    """What is moved as a whole: a function, a class, or a name with its value.

    :param name: the name in its file, as ``create_app.index`` for a nested view.
    :param inner: the units inside this one; their code is not part of it.
    """

    name: str
    module: "Module"
    node: ast.AST
    line: int
    inner: list["Unit"] = field(default_factory=list)

    @property
    def file(self) -> str:
        """The file of the unit."""
        return self.module.source.file

    @property
    def short(self) -> str:
        """The last part of the name."""
        return self.name.rpartition(".")[2]

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """All nodes of the unit, without those of its inner units."""
        inner = {id(unit.node) for unit in self.inner}
        found: list[ast.AST] = []
        waiting = [self.node]
        while waiting:
            node = waiting.pop()
            found.append(node)
            waiting += [
                each for each in ast.iter_child_nodes(node) if id(each) not in inner
            ]
        return sorted(found, key=lambda node: getattr(node, "lineno", 0))

    @cached_property
    def own_names(self) -> set[str]:
        """The parameters and local variables, which hide names of the file."""
        if not isinstance(self.node, Function | ast.ClassDef):
            return set()
        found = {node.arg for node in self.nodes if isinstance(node, ast.arg)}
        found |= {
            node.id
            for node in self.nodes
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        for node in self.nodes:
            if isinstance(node, ast.Global):
                found -= set(node.names)
        return found


@dataclass(eq=False)
class Module:
    """A Python file: its tree, its imports and its units."""

    name: str
    source: Source
    tree: ast.Module
    imports: dict[str, str] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    units: dict[str, Unit] = field(default_factory=dict)
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)

    @property
    def package(self) -> str:
        """The package that relative imports start from."""
        is_package = self.source.file.endswith("__init__.py")
        return self.name if is_package else self.name.rpartition(".")[0]


@dataclass(frozen=True)
class Found:
    """What a dotted name means: a unit and attributes of it, or an external name."""

    unit: Unit | None
    name: str

    @property
    def last(self) -> str:
        """The last part of the name."""
        return self.name.rpartition(".")[2]


class Program:
    """The Python files of a codebase, and the names in them."""

    def __init__(self, codebase: Codebase) -> None:
        self.root = codebase.root
        self.modules: dict[str, Module] = {}
        self.lines = 0
        for source in codebase.python:
            tree = _parse(source, codebase.notes)
            if tree is not None:
                self.lines += source.text.count("\n") + 1
                name = module_name(source.file)
                self.modules[name] = _read_module(name, source, tree, self.root.name)

    def units(self) -> Iterator[Unit]:
        """Yield all units, file by file."""
        for module in self.modules.values():
            yield from module.units.values()

    def find(
        self, module: Module, dotted: str, seen: set[tuple[str, str]] | None = None
    ) -> Found:
        """Return what a dotted name means in a file.

        :param seen: the names that were looked up on the way, since imports may be
            circular.
        """
        seen = set() if seen is None else seen
        first, _, rest = dotted.partition(".")
        if first in module.units:
            return Found(module.units[first], rest)
        if (module.name, first) in seen:
            return Found(None, dotted)
        seen.add((module.name, first))
        if first in module.imports:
            target = module.imports[first]
            return self._follow(module, f"{target}.{rest}".rstrip("."), seen)
        for star in module.stars:
            imported = self.module(module, star)
            if imported is not None:
                found = self.find(imported, dotted, seen)
                if found.unit is not None:
                    return found
        return Found(None, dotted)

    def _follow(self, module: Module, dotted: str, seen: set[tuple[str, str]]) -> Found:
        parts = dotted.split(".")
        for end in range(len(parts) - 1, 0, -1):
            imported = self.module(module, ".".join(parts[:end]))
            if imported is not None:
                return self.find(imported, ".".join(parts[end:]), seen)
        return Found(None, dotted)

    def module(self, importer: Module, dotted: str) -> Module | None:
        """Return the file that an absolute import means, seen from another file.

        The search path is unknown, so each folder above the importer may be on it.
        """
        names = [dotted]
        if dotted.partition(".")[0] == self.root.name:
            names.append(dotted.partition(".")[2])
        folder = importer.package
        while True:
            for name in names:
                found = self.modules.get(f"{folder}.{name}" if folder else name)
                if found is not None:
                    return found
            if not folder:
                return None
            folder = folder.rpartition(".")[0]


def module_name(file: str) -> str:
    """Return the dotted name of a file: ``app.auth`` for ``app/auth/__init__.py``."""
    parts = file.removesuffix(".py").split("/")
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def dotted_name(node: ast.AST) -> str:
    """Return ``a.b.c`` for such an expression, and nothing for others."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def text_of(node: ast.AST | None) -> str | None:
    """Return the value of a text; unknown parts of an f-string become ``?``."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(text_of(part) or "?" for part in node.values)
    return None


def targets_of(node: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
    """Return what an assignment assigns to."""
    return node.targets if isinstance(node, ast.Assign) else [node.target]


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """Return the value of a keyword argument, if it is given."""
    return next((each.value for each in call.keywords if each.arg == name), None)


def bases_of(program: Program, unit: Unit) -> list[Unit]:
    """Return the base classes of a class that are in the codebase.

    For ``Base = make_base()`` it is what makes the base.
    """
    return [found.unit for found in _bases(program, unit) if found.unit is not None]


def external_bases(program: Program, unit: Unit) -> set[str]:
    """Return the names of the base classes from libraries, at any distance."""
    found: set[str] = set()
    seen = {unit}
    waiting = [unit]
    while waiting:
        for base in _bases(program, waiting.pop()):
            if base.unit is None or base.name:  # also db.Model
                found.add(base.name)
            elif base.unit not in seen:
                seen.add(base.unit)
                waiting.append(base.unit)
    return found


def derives(program: Program, unit: Unit, bases: set[str]) -> bool:
    """Return whether a class has one of the library's classes as a base."""
    names = {name.rpartition(".")[2] for name in external_bases(program, unit)}
    return bool(names & bases)


def _bases(program: Program, unit: Unit) -> list[Found]:
    nodes: list[ast.expr] = list(getattr(unit.node, "bases", []))
    if isinstance(unit.node, ast.Assign | ast.AnnAssign) and unit.node.value:
        value = unit.node.value
        nodes = [value.func if isinstance(value, ast.Call) else value]
    plain = [each.value if isinstance(each, ast.Subscript) else each for each in nodes]
    return [program.find(unit.module, dotted_name(each)) for each in plain]


def _parse(source: Source, notes: list[Note]) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as invalid escapes
            return ast.parse(source.text)
    except SyntaxError as error:
        notes.append(Note(source.file, error.lineno or 0, f"not parsed: {error.msg}"))
    except (ValueError, RecursionError, MemoryError) as error:
        notes.append(Note(source.file, 0, f"not parsed: {error}"))
    return None


def _read_module(name: str, source: Source, tree: ast.Module, root: str) -> Module:
    module = Module(name, source, tree)
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            module.parents[child] = node
        if isinstance(node, ast.Import):
            for alias in node.names:
                bound = alias.asname or alias.name.partition(".")[0]
                module.imports[bound] = alias.name if alias.asname else bound
        elif isinstance(node, ast.ImportFrom):
            base = _base_of(module, node, root)
            for alias in node.names:
                if alias.name == "*":
                    module.stars.append(base)
                else:
                    target = f"{base}.{alias.name}".strip(".")
                    module.imports[alias.asname or alias.name] = target
    for statement in _statements(tree.body):
        if isinstance(statement, Function | ast.ClassDef):
            _add_definition(module, statement, "")
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            for each in targets_of(statement):
                if isinstance(each, ast.Name) and statement.value is not None:
                    unit = Unit(each.id, module, statement, statement.lineno)
                    module.units.setdefault(each.id, unit)
    return module


def _base_of(module: Module, node: ast.ImportFrom, root: str) -> str:
    if not node.level:
        return node.module or ""
    parts = module.package.split(".") if module.package else []
    parts = parts[: len(parts) - node.level + 1]
    return ".".join([*parts, *([node.module] if node.module else [])]) or root


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a file, and those inside its ``if`` and ``try``."""
    waiting = list(reversed(body))
    while waiting:
        statement = waiting.pop()
        yield statement
        if isinstance(statement, ast.If | ast.Try | ast.With | ast.For):
            inner = [*statement.body, *getattr(statement, "orelse", [])]
            for handler in getattr(statement, "handlers", []):
                inner += handler.body
            waiting += reversed(inner)


def _add_definition(module: Module, node: Definition, prefix: str) -> Unit:
    name = f"{prefix}{node.name}"
    unit = Unit(name, module, node, node.lineno)
    if name in module.units:  # such as a view for each method with one name
        name = f"{name}@{node.lineno}"
    module.units[name] = unit
    if isinstance(node, Function):
        for inner in _statements(node.body):
            # A view inside a factory: its decorator is called on an object.
            if isinstance(inner, Function | ast.ClassDef) and any(
                isinstance(each, ast.Call)
                and isinstance(each.func, ast.Attribute)
                and each.func.attr != "wraps"
                for each in inner.decorator_list
            ):
                unit.inner.append(_add_definition(module, inner, f"{unit.name}."))
    return unit
