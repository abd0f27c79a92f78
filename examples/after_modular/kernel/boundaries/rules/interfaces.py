"""A module uses the names that an interface defines, and an interface is a contract.

``api.py`` and ``events.py`` consist of functions without a body and of frozen
dataclasses. What such a file imports is not part of it, and neither are its private
names, its functions' internals, or what the kernel keeps for itself.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kernel.manifest import Module

from ..places import Place
from ..project import Project
from ..source.python import PythonFile
from ..violation import Finding

PARTS = ("api", "events", "fake")
INTERNALS = ("__globals__", "__wrapped__", "__code__", "__closure__", "__self__")
# What modules may read of the kernel object.
OPEN_FIELDS = ("active", "quarantined", "delivery_log", "events", "subscriptions")
LAZY = ("Iterator", "Generator", "Query", "Select", "ScalarResult", "Result", "Row")


def check(project: Project) -> Iterator[Finding]:
    """Yield each use of a name that is not published, and each impure interface."""
    for file in project.program.files.values():
        place = project.place(file)
        if place.module:
            yield from _used(project, file, place)
            if file.name == f"{place.module.import_name}.api":
                yield from _contract(project, file, place.module)


def _used(project: Project, file: PythonFile, place: Place) -> Iterator[Finding]:
    resolve = project.program.resolve
    for each in file.imports:
        if each.module != each.name and each.module != "kernel":
            name = each.name.rpartition(".")[2]
            yield from _name(project, file, place, each.line, each.module, name)
    for node in file.nodes:
        match node:
            case ast.Attribute(value=value, attr=attr):
                for base in resolve(file, value):
                    yield from _name(project, file, place, node.lineno, base, attr)
            case ast.Call(func=function, args=[first, second, *_]) if (
                "builtins.getattr" in resolve(file, function)
            ):
                for base in resolve(file, first):
                    texts = project.program.texts(file, second)
                    names = [t.text for t in texts if t.is_known] or ["?"]
                    for attr in names:
                        yield from _name(project, file, place, node.lineno, base, attr)
            case ast.Call(func=function, args=[first, *_]):
                called = {n.rpartition(".")[2] for n in resolve(file, function)}
                if isinstance(function, ast.Call) and function.args:
                    getter = resolve(file, function.func)
                    if "operator.attrgetter" in getter:
                        for text in project.program.texts(file, function.args[0]):
                            for base in resolve(file, first):
                                yield from _name(
                                    project, file, place, node.lineno, base, text.text
                                )
                if called & {"vars", "getmembers", "dir"}:
                    for base in resolve(file, first):
                        yield from _name(project, file, place, node.lineno, base, "?")
                if called & {"unwrap", "getclosurevars"}:
                    for base in resolve(file, first):
                        yield from _name(
                            project, file, place, node.lineno, base, "__wrapped__"
                        )


def _name(
    project: Project, file: PythonFile, place: Place, line: int, base: str, attr: str
) -> Iterator[Finding]:
    """Yield a finding if ``base`` is an interface and ``attr`` is not part of it."""
    if base == "kernel.current_kernel" and attr not in OPEN_FIELDS:
        what = f"{place} reads current_kernel.{attr}, which is internal to the kernel"
        fix = f"Use one of {', '.join(OPEN_FIELDS)}, or call a published function."
        if place.part != "tests":
            yield Finding(file.file, line, what, fix)
        return
    if base == "kernel" and attr not in project.kernel_names and attr != "*":
        if not (place.part == "tests" and attr == "testing") and attr != "kernel":
            what = f"{place} uses kernel.{attr}, which the kernel does not publish"
            fix = "Use a name from the list __all__ in kernel/__init__.py."
            yield Finding(file.file, line, what, fix)
        return
    target = project.places.of_name(base)
    other = target.module if target else None
    if other is None or other is place.module:
        return
    part, _, rest = base.removeprefix(other.import_name).strip(".").partition(".")
    if part not in PARTS or (part == "fake" and place.part != "tests"):
        return
    interface = project.program.files.get(f"{other.import_name}.{part}")
    if interface is None:
        return
    name = f"{other.name}.{part}.{attr}" if attr != "?" else f"{other.name}.{part}"
    if rest:
        if attr in INTERNALS:
            what = f"{place} reads {attr} of {other.name}.{rest}"
            yield Finding(file.file, line, what, "Call the published function only.")
    elif attr == "?":
        what = f"{place} looks up names of {name} at run time"
        yield Finding(file.file, line, what, "Write out the names that you use.")
    elif attr not in defined_in(interface):
        what = f"{place} uses {name}, which {interface.file} does not define"
        fix = f"Publish a function for it in {interface.file}."
        yield Finding(file.file, line, what, fix)


def defined_in(file: PythonFile) -> set[str]:
    """Return the public names that an interface defines."""
    return {
        name
        for name, bindings in file.names.items()
        if not name.startswith("_") and any(b.kind != "import" for b in bindings)
    }


def _contract(project: Project, file: PythonFile, module: Module) -> Iterator[Finding]:
    """Yield what makes an ``api.py`` more than a contract."""
    for each in file.imports:
        target = project.places.of_name(each.name)
        if target and target.module and not each.name.startswith(f"{file.name}."):
            allowed = each.name.rpartition(".")[0].endswith((".api", ".events"))
            if target.module is module or not allowed:
                what = f"the api of {module.name} imports {each.name}"
                fix = "Move the implementation to service.py; api.py is the contract."
                yield Finding(file.file, each.line, what, fix)
    for node in file.tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _function(project, file, module, node)
        elif isinstance(node, ast.ClassDef):
            yield from _class(project, file, module, node)
    for each_node in file.nodes:
        for annotation in _annotations(each_node):
            yield from _annotation(project, file, module, annotation)


def _function(
    project: Project,
    file: PythonFile,
    module: Module,
    node: ast.FunctionDef | ast.AsyncFunctionDef,
) -> Iterator[Finding]:
    if node.name.startswith("_"):
        return
    decorators = {
        project.program.canonical(name).rpartition(".")[2]
        for each in node.decorator_list
        for name in project.program.resolve(
            file, each.func if isinstance(each, ast.Call) else each
        )
    }
    if "published" not in decorators and "overload" not in decorators:
        what = f"the api of {module.name} defines {node.name}() without @published"
        yield Finding(
            file.file, node.lineno, what, "Add @published, or move it to service.py."
        )
    elif not all(_is_empty(each) for each in node.body):
        what = f"the published function {module.name}.{node.name}() has a body"
        yield Finding(file.file, node.lineno, what, "Move the body to service.py.")


def _is_empty(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Constant()) | ast.Pass() | ast.Raise():
            return True
    return False


def _class(
    project: Project, file: PythonFile, module: Module, node: ast.ClassDef
) -> Iterator[Finding]:
    for each in node.decorator_list:
        function = each.func if isinstance(each, ast.Call) else each
        names = project.program.resolve(file, function)
        if "dataclasses.dataclass" in names:
            options = each.keywords if isinstance(each, ast.Call) else []
            frozen = any(
                o.arg == "frozen" and ast.unparse(o.value) == "True" for o in options
            )
            if not frozen:
                what = f"the dataclass {module.name}.{node.name} is not frozen"
                yield Finding(file.file, node.lineno, what, "Add frozen=True.")


def _annotations(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.AnnAssign(annotation=annotation):
            yield annotation
        case ast.FunctionDef(args=arguments, returns=returns):
            for each in (
                *arguments.posonlyargs,
                *arguments.args,
                *arguments.kwonlyargs,
            ):
                if each.annotation:
                    yield each.annotation
            if returns:
                yield returns


def _annotation(
    project: Project, file: PythonFile, module: Module, annotation: ast.expr
) -> Iterator[Finding]:
    parsed = annotation
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        parsed = ast.parse(annotation.value, mode="eval").body
    for node in ast.walk(parsed):
        if not isinstance(node, ast.Name | ast.Attribute):
            continue
        names = (
            project.program.resolve(file, node)
            if parsed is annotation
            else {b.name for b in file.names.get(ast.unparse(node), ()) if b.name}
        )
        for name in names:
            if name.startswith("sqlalchemy.") or ".models." in name:
                what = f"the api of {module.name} publishes {name}"
                fix = "Publish a frozen dataclass with the values instead."
                yield Finding(file.file, annotation.lineno, what, fix)
