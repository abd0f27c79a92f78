"""The program: what an expression stands for, followed through all its files.

:meth:`Program.resolve` says which dotted names an expression may stand for, and
:meth:`Program.texts` which strings it may be: through aliases, constants of other
files, parameters and the calls that give them. What can't be known is left out.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice, product

from .python import Binding, Function, PythonFile

# A part of a string that is not known before the program runs.
UNKNOWN = "\0"
LIMIT = 64  # of the strings that one expression may be
# A function of a class, called on an object of it: "Flask().config".
OBJECT = "()"
APP = f"flask.Flask{OBJECT}"
SAME = {  # names by which a library also has something
    "flask.current_app": APP,
    "flask.globals.current_app": APP,
    "flask.Flask._get_current_object": APP,
    "builtins.__import__": "importlib.import_module",
}
UNCHANGED = {
    "text",
    "Markup",
    "str",
    "dedent",
    "cast",
    "DDL",
    "literal_column",
    "Path",
    "fspath",
    "abspath",
    "realpath",
}
CASES = {
    "lower",
    "upper",
    "strip",
    "title",
    "capitalize",
    "lstrip",
    "rstrip",
    "casefold",
}


@dataclass(frozen=True)
class Text:
    """A string that an expression may be.

    :param text: the string, with :data:`UNKNOWN` for each part that is not known.
    :param file: the file that it comes from, and ``line`` its line there.
    """

    text: str
    file: PythonFile
    line: int

    @property
    def known(self) -> str:
        """What the string starts with, for certain."""
        return self.text.partition(UNKNOWN)[0]

    @property
    def is_known(self) -> bool:
        """Whether every part of it is known."""
        return UNKNOWN not in self.text


class Program:
    """All Python files of an app."""

    def __init__(self, files: Iterable[PythonFile]) -> None:
        self.files = {file.name: file for file in files}
        self._resolved: dict[ast.AST, frozenset[str]] = {}
        self._texts: dict[ast.AST, tuple[Text, ...]] = {}
        for file in self.files.values():
            self._add_partial_calls(file)

    def _add_partial_calls(self, file: PythonFile) -> None:
        """Add the call that ``functools.partial`` prepares to the nodes of the file."""
        for node in list(file.nodes):
            if (
                isinstance(node, ast.Call)
                and node.args
                and "functools.partial" in self.resolve(file, node.func)
            ):
                call = ast.Call(node.args[0], node.args[1:], node.keywords)
                file.nodes.append(ast.copy_location(call, node))
                file.parents[call] = file.parents[node]

    # --- Names --------------------------------------------------------------------

    def resolve(self, file: PythonFile, node: ast.AST | None) -> frozenset[str]:
        """Return the dotted names that an expression may stand for."""
        if node is None:
            return frozenset()
        if node not in self._resolved:
            self._resolved[node] = frozenset()  # what refers to itself ends here
            found = {SAME.get(name, name) for name in self._resolve(file, node)}
            self._resolved[node] = frozenset(islice(sorted(found), LIMIT))
        return self._resolved[node]

    def _resolve(self, file: PythonFile, node: ast.AST) -> Iterator[str]:
        match node:
            case ast.Name(id=name):
                yield from self._resolve_name(file, node, name)
            case ast.Attribute(value=value, attr=attr):
                if attr == "_get_current_object":
                    yield from self.resolve(file, value)
                    return
                bases = self.resolve(file, value)
                yield from (f"{base}.{attr}" for base in bases)
                for base in bases:
                    if base.endswith(OBJECT):
                        yield from self._resolve_attribute(f"{base}.{attr}")
                if not bases and attr in ("app", "application", "current_app"):
                    yield APP  # such as the app of a blueprint's setup state
            case ast.Call(func=function):
                yield from self._resolve_call(file, node, function)
            case ast.Subscript(value=value, slice=key):
                for base in self.resolve(file, value):
                    if base == "sys.modules":
                        yield from (text.text for text in self.texts(file, key))
                    else:
                        yield f"{base}[]"
                yield from self._of_literal(file, value, key)
            case ast.IfExp(body=one, orelse=other):
                yield from self.resolve(file, one) | self.resolve(file, other)
            case ast.BoolOp(values=values):
                for each in values:
                    yield from self.resolve(file, each)
            case ast.NamedExpr(value=value) | ast.Await(value=value):
                yield from self.resolve(file, value)
            case ast.Starred(value=value):
                yield from self.resolve(file, value)

    def _resolve_attribute(self, name: str) -> Iterator[str]:
        """Yield what an attribute of an object of the program stands for."""
        where, node = self.definition(name)
        if where and isinstance(node, ast.expr):
            yield from self.resolve(where, node)

    def _of_literal(
        self, file: PythonFile, value: ast.expr, key: ast.expr
    ) -> Iterator[str]:
        for where, each in self._elements(file, value):
            yield from self.resolve(where, each)

    def _resolve_name(
        self, file: PythonFile, node: ast.AST, name: str
    ) -> Iterator[str]:
        bindings = file.lookup(name, node)
        if not bindings:
            yield APP if name == "app" else f"builtins.{name}"
        for binding in bindings:
            found = list(self._resolve_binding(file, binding))
            yield from found
            if not found and file.names.get(name) is bindings:
                yield f"{file.name}.{name}"

    def _resolve_binding(self, file: PythonFile, binding: Binding) -> Iterator[str]:
        match binding:
            case Binding("import", name=name):
                yield name
            case Binding("value", node):
                yield from self.resolve(file, node)
            case Binding("element", node):
                for where, element in self._elements(file, node):
                    yield from self.resolve(where, element)
            case Binding("definition", node):
                yield file.dotted(node)
            case Binding("parameter", node, name):
                assert isinstance(node, Function)
                yield from self._resolve_parameter(file, node, name)

    def _resolve_parameter(
        self, file: PythonFile, function: Function, name: str
    ) -> Iterator[str]:
        arguments = function.args
        listed = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        around = file.parents.get(function)
        if isinstance(around, ast.ClassDef) and listed and listed[0].arg == name:
            yield file.dotted(around) + OBJECT
            return
        for each in listed:
            if each.arg == name and each.annotation:
                annotation = each.annotation
                if isinstance(annotation, ast.Constant):
                    continue
                for kind in self.resolve(file, annotation):
                    yield kind + OBJECT
                return
        yield from self._fixture(file, name)
        for where, argument in self._arguments_for(file, function, name):
            yield from self.resolve(where, argument)

    def _fixture(self, file: PythonFile, name: str) -> Iterator[str]:
        """Yield what a parameter is by its name: a test's fixture, or the app."""
        if name == "app":
            yield APP
        if not file.is_test:
            return
        for home in (file.name, f"{file.package}.conftest"):
            where, node = self.definition(f"{home}.{name}")
            if where and isinstance(node, ast.FunctionDef) and node.returns:
                for kind in self.resolve(where, node.returns):
                    yield kind + OBJECT
                return
        if name == "client":
            yield f"flask.testing.FlaskClient{OBJECT}"

    def _resolve_call(
        self, file: PythonFile, call: ast.Call, function: ast.expr
    ) -> Iterator[str]:
        if getattr(function, "attr", "") == "_get_current_object":
            assert isinstance(function, ast.Attribute)
            yield from self.resolve(file, function.value)
            return
        for name in self.resolve(file, function):
            last = name.rpartition(".")[2]
            first = call.args[0] if call.args else None
            if name == "builtins.getattr" and len(call.args) > 1:
                for base in self.resolve(file, first):
                    for text in self.texts(file, call.args[1]):
                        yield f"{base}.{text.text}"
            elif is_import_by_name(name):
                for text in self.texts(file, first):
                    yield text.text.replace(":", ".")
            elif name.endswith("kernel.Kernel.of"):
                yield "kernel.current_kernel"
            elif last == "cast" and len(call.args) == 2:
                yield from self.resolve(file, call.args[1])
            elif name in ("functools.partial", "builtins.vars", "copy.copy"):
                yield from self.resolve(file, first)
            else:
                returned = list(self._returned(name))
                for where, each in returned:
                    yield from self.resolve(where, each)
                if not returned:
                    yield name + OBJECT

    def _returned(self, name: str) -> Iterator[tuple[PythonFile, ast.expr]]:
        """Yield what a function of the program returns."""
        where, node = self.definition(name)
        if where is None:
            return
        if isinstance(node, ast.Lambda):
            yield where, node.body
        if isinstance(node, ast.FunctionDef):
            for each in ast.walk(node):
                is_own = (
                    isinstance(each, ast.Return) and where.function_of(each) is node
                )
                if is_own and isinstance(each, ast.Return) and each.value:
                    yield where, each.value

    # --- Definitions --------------------------------------------------------------

    def split(self, name: str) -> tuple[PythonFile | None, list[str]]:
        """Return the file that a dotted name leads into, and the rest of the name."""
        parts = name.replace(OBJECT, "").split(".")
        for end in range(len(parts), 0, -1):
            if file := self.files.get(".".join(parts[:end])):
                return file, parts[end:]
        return None, parts

    def canonical(self, name: str) -> str:
        """Return the name that something has where it is defined."""
        for _ in range(8):  # as many files may import it from each other
            file, rest = self.split(name)
            if file is None or not rest:
                return name
            names = [b.name for b in file.names.get(rest[0], ()) if b.kind == "import"]
            if not names:
                return name
            name = ".".join([names[0], *rest[1:]])
        return name

    def definition(self, name: str) -> tuple[PythonFile | None, ast.AST | None]:
        """Return where a dotted name is defined: the file and the node."""
        file, rest = self.split(self.canonical(name))
        if file is None or not rest:
            return file, None
        node: ast.AST | None = None
        names = file.names
        for part in rest:
            bindings = [b for b in names.get(part, ()) if b.kind != "import"]
            if not bindings:
                return None, None
            node = bindings[-1].node
            names = file.scopes[node].names if node in file.scopes else {}
        return file, node

    # --- Strings ------------------------------------------------------------------

    def texts(self, file: PythonFile, node: ast.AST | None) -> tuple[Text, ...]:
        """Return the strings that an expression may be."""
        if node is None:
            return ()
        if node not in self._texts:
            self._texts[node] = ()
            found = dict.fromkeys(islice(self._text(file, node), LIMIT))
            self._texts[node] = tuple(found)
        return self._texts[node]

    def _text(self, file: PythonFile, node: ast.AST) -> Iterator[Text]:
        match node:
            case ast.Constant(value=str() | int() as value):
                yield Text(str(value), file, getattr(node, "lineno", 1))
            case ast.JoinedStr(values=values):
                yield from self._joined(file, node, values)
            case ast.FormattedValue(value=value):
                yield from self.texts(file, value)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                yield from self._joined(file, node, [left, right])
            case ast.BinOp(left=left, op=ast.Mod(), right=right):
                values = right.elts if isinstance(right, ast.Tuple) else [right]
                yield from self._filled(file, left, values, "%s")
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                yield from self._joined(file, node, _separated([left, right]))
            case ast.IfExp(body=one, orelse=other):
                yield from (*self.texts(file, one), *self.texts(file, other))
            case ast.BoolOp(values=values):
                for each in values:
                    yield from self.texts(file, each)
            case ast.NamedExpr(value=value) | ast.Starred(value=value):
                yield from self.texts(file, value)
            case (
                ast.List(elts=elements)
                | ast.Tuple(elts=elements)
                | ast.Set(elts=elements)
            ):
                for each in elements:
                    yield from self.texts(file, each)
            case ast.Subscript(
                value=ast.Attribute(value=value, attr="parents"),
                slice=ast.Constant(value=int(up)),
            ):
                for text in self.texts(file, value):
                    parts = text.text.split("/")
                    yield replace(text, text="/".join(parts[: -1 - up]))
            case ast.Subscript(value=value):
                for where, each in self._elements(file, value):
                    yield from self.texts(where, each)
            case ast.Call():
                yield from self._text_of_call(file, node)
            case ast.Name(id="__file__"):
                yield Text(file.file, file, node.lineno)
            case ast.Name(id="__name__"):
                yield Text(file.name, file, node.lineno)
            case ast.Name(id="__package__"):
                yield Text(file.package, file, node.lineno)
            case ast.Name(id=name):
                yield from self._text_of_bindings(file, file.lookup(name, node))
            case ast.Attribute(value=value, attr="parent"):
                for text in self.texts(file, value):
                    yield replace(text, text=text.text.rpartition("/")[0])
            case ast.Attribute(value=value, attr="value"):  # of an enumeration
                yield from self.texts(file, value)
            case ast.Attribute(attr="root_path"):
                yield Text(".", file, node.lineno)
            case ast.Attribute():
                for name in self.resolve(file, node):
                    yield from self._text_of_name(name)

    def _text_of_call(self, file: PythonFile, call: ast.Call) -> Iterator[Text]:
        first = call.args[0] if call.args else None
        match call.func:
            case ast.Attribute(value=value, attr="format"):
                keywords = {each.arg: each.value for each in call.keywords}
                yield from self._filled(file, value, call.args, "{}", keywords)
                return
            case ast.Attribute(value=value, attr="join") if isinstance(
                first, ast.List | ast.Tuple
            ):
                separated = [part for each in first.elts for part in (value, each)]
                yield from self._joined(file, call, separated[1:])
                return
            case ast.Attribute(value=value, attr=attr) if attr in CASES:
                for text in self.texts(file, value):
                    changed = getattr(text.text, attr)()
                    yield replace(text, text=changed)
                return
            case ast.Attribute(value=value, attr="replace") if len(call.args) == 2:
                for old, new in product(
                    self.texts(file, call.args[0]), self.texts(file, call.args[1])
                ):
                    for text in self.texts(file, value):
                        yield replace(text, text=text.text.replace(old.text, new.text))
                return
            case ast.Attribute(value=value, attr="resolve" | "absolute"):
                yield from self.texts(file, value)
            case ast.Attribute(value=value, attr="joinpath"):
                yield from self._joined(file, call, _separated([value, *call.args]))
            case ast.Attribute(value=value, attr="get"):
                for where, each in self._elements(file, value):
                    yield from self.texts(where, each)
                for each in call.args[1:]:
                    yield from self.texts(file, each)
        for name in self.resolve(file, call.func):
            if name == "os.path.join":
                yield from self._joined(file, call, _separated(call.args))
            elif name == "os.path.dirname":
                for text in self.texts(file, first):
                    yield replace(text, text=text.text.rpartition("/")[0])
            elif name.rpartition(".")[2] in UNCHANGED:
                for each in call.args[:2]:
                    yield from self.texts(file, each)
            for where, each in self._returned(name):
                yield from self.texts(where, each)

    def _joined(
        self, file: PythonFile, node: ast.AST, parts: list[ast.expr]
    ) -> Iterator[Text]:
        line = getattr(node, "lineno", 1)
        choices = [
            [each.text for each in self.texts(file, part)] or [UNKNOWN]
            for part in parts
        ]
        origin = next(
            (
                found[0]
                for part in parts
                if not isinstance(part, ast.Constant) or part.value not in ("/", "")
                if (found := self.texts(file, part))
            ),
            None,
        )
        for each in islice(product(*choices), LIMIT):
            if any(part != UNKNOWN for part in each):
                if isinstance(node, ast.JoinedStr) or origin is None:
                    yield Text("".join(each), file, line)
                else:
                    yield replace(origin, text="".join(each))

    def _filled(
        self,
        file: PythonFile,
        pattern: ast.expr,
        values: list[ast.expr],
        mark: str,
        keywords: dict[str | None, ast.expr] | None = None,
    ) -> Iterator[Text]:
        """Yield a string with its placeholders filled in."""
        choices = [
            [each.text for each in self.texts(file, value)] or [UNKNOWN]
            for value in values
        ]
        for text in self.texts(file, pattern):
            filled = text.text
            for name, value in (keywords or {}).items():
                found = self.texts(file, value)
                filled = filled.replace(
                    f"{{{name}}}", found[0].text if found else UNKNOWN
                )
            for each in islice(product(*choices), LIMIT):
                whole = filled
                for number, part in enumerate(each):
                    whole = whole.replace(f"{{{number}}}", part)
                    whole = whole.replace(mark, part, 1)
                yield replace(text, text=whole)

    def _text_of_bindings(
        self, file: PythonFile, bindings: list[Binding]
    ) -> Iterator[Text]:
        added = [b.node for b in bindings if b.kind == "added"]
        if added:  # the string grows: take it for the sum of all its parts
            parts = [b.node for b in bindings if b.kind in ("value", "added")]
            nodes = [each for each in parts if isinstance(each, ast.expr)]
            yield from self._joined(file, nodes[0], nodes)
            return
        for binding in bindings:
            match binding:
                case Binding("value", node):
                    yield from self.texts(file, node)
                case Binding("element", node):
                    for where, each in self._elements(file, node):
                        yield from self.texts(where, each)
                case Binding("import", name=name):
                    yield from self._text_of_name(name)
                case Binding("parameter", node, name):
                    assert isinstance(node, Function)
                    for where, argument in self._arguments_for(file, node, name):
                        yield from self.texts(where, argument)

    def _text_of_name(self, name: str) -> Iterator[Text]:
        """Yield the strings that a constant of the program may be."""
        canonical = self.canonical(name)
        if canonical.endswith(".__table__.name"):
            canonical = canonical.removesuffix("__table__.name") + "__tablename__"
        where, node = self.definition(canonical)
        if where and isinstance(node, ast.expr):
            yield from self.texts(where, node)

    def _elements(
        self, file: PythonFile, node: ast.AST
    ) -> Iterator[tuple[PythonFile, ast.expr]]:
        """Yield the elements of a literal list, tuple, set or dict."""
        match node:
            case ast.List(elts=found) | ast.Tuple(elts=found) | ast.Set(elts=found):
                yield from ((file, each) for each in found)
            case ast.Dict(values=found):
                yield from ((file, each) for each in found)
            case ast.Call(func=ast.Attribute(value=inner, attr="values" | "items")):
                yield from self._elements(file, inner)
            case ast.Name(id=name):
                for binding in file.lookup(name, node):
                    if binding.kind == "value":
                        yield from self._elements(file, binding.node)
                    elif binding.kind == "import":
                        yield from self._elements_of(binding.name)
            case ast.Attribute():
                for each in self.resolve(file, node):
                    yield from self._elements_of(each)

    def _elements_of(self, name: str) -> Iterator[tuple[PythonFile, ast.expr]]:
        where, node = self.definition(name)
        if where and node and not isinstance(node, ast.Name | ast.Attribute):
            yield from self._elements(where, node)

    # --- Calls --------------------------------------------------------------------

    @cached_property
    def calls(self) -> dict[str, list[tuple[PythonFile, ast.Call]]]:
        """The calls of each function, by its dotted name."""
        found: dict[str, list[tuple[PythonFile, ast.Call]]] = defaultdict(list)
        for file in self.files.values():
            for node in file.nodes:
                if isinstance(node, ast.Call):
                    for name in self._called(file, node.func):
                        found[name.replace(OBJECT, "")].append((file, node))
        return found

    def _called(self, file: PythonFile, function: ast.expr) -> Iterator[str]:
        # By imports and definitions alone: what a parameter is needs the calls first.
        match function:
            case ast.Name(id=name):
                for binding in file.lookup(name, function):
                    if binding.kind == "import":
                        yield self.canonical(binding.name)
                    elif binding.kind == "definition":
                        yield file.dotted(binding.node)
                    elif isinstance(binding.node, ast.Lambda):
                        yield _key(binding.node, file.name)
                    elif (
                        isinstance(binding.node, ast.Name | ast.Attribute)
                        and binding.kind == "value"
                        and binding.node is not function
                    ):
                        yield from self._called(file, binding.node)
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=attr):
                if inside := file.class_of(function):
                    yield f"{file.dotted(inside)}.{attr}"
            case ast.Attribute(value=value, attr=attr):
                for base in self._called(file, value):
                    yield self.canonical(f"{base}.{attr}")
            case ast.Call(func=inner):
                yield from self._called(file, inner)

    def _arguments_for(
        self, file: PythonFile, function: Function, name: str
    ) -> Iterator[tuple[PythonFile, ast.expr]]:
        """Yield what the calls of a function give for one of its parameters."""
        parameters = [*function.args.posonlyargs, *function.args.args]
        position = next((i for i, p in enumerate(parameters) if p.arg == name), None)
        is_lambda = isinstance(function, ast.Lambda)
        dotted = _key(function, file.name if is_lambda else file.dotted(function))
        if isinstance(file.parents[function], ast.ClassDef) and position is not None:
            position -= 1
            if dotted.endswith(".__init__"):
                dotted = dotted.removesuffix(".__init__")
        for where, call in self.calls.get(dotted, ()):
            for keyword in call.keywords:
                if keyword.arg == name:
                    yield where, keyword.value
            if position is not None and position < len(call.args):
                yield where, call.args[position]


def _separated(parts: list[ast.expr]) -> list[ast.expr]:
    """Return the parts of a path with slashes between them."""
    found: list[ast.expr] = []
    for part in parts:
        found += [ast.Constant("/"), part]
    return found[1:]


def _key(function: Function, dotted: str) -> str:
    """Return what a function's calls are listed under."""
    if isinstance(function, ast.Lambda):
        return f"{dotted}.lambda:{function.lineno}:{function.col_offset}"
    return dotted


def is_import_by_name(name: str) -> bool:
    """Say whether a function imports the module whose name it is given."""
    return name.rpartition(".")[2] in (
        "import_module",
        "import_string",
        "__import__",
        "resolve_name",
        "locate",
        "importorskip",
        "run_module",
        "find_spec",
        "import_from_string",
        "load_module",
    )
