"""A module imports libraries, the kernel's public names, web, and published interfaces.

What other modules publish is their ``api`` and ``events``. Everything else may change
without notice, which is what lets one team change its module alone. The interface of a
module that may be absent is imported where :func:`kernel.has_module` says it is there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kernel.manifest import Module

from ..places import Place
from ..policy import import_problem
from ..project import Project
from ..source.program import is_import_by_name
from ..source.python import Imported, PythonFile
from ..violation import Finding

LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)
ABORTING = ("abort", "exit", "skip", "fail")


def check(project: Project) -> Iterator[Finding]:
    """Yield each import of something that is not published to the module."""
    for file in project.program.files.values():
        place = project.place(file)
        if place.module:
            yield from _statements(project, file, place)
            yield from _by_name(project, file, place)


def _statements(project: Project, file: PythonFile, place: Place) -> Iterator[Finding]:
    for each in file.imports:
        problem = import_problem(
            project.places, place, each.name, names=project.kernel_names
        ) or _absent(project, file, place, each)
        if problem:
            yield Finding(file.file, each.line, *problem)


def _absent(
    project: Project, file: PythonFile, place: Place, each: Imported
) -> tuple[str, str] | None:
    """Return what is wrong with an import of a module that may be absent."""
    target = project.places.of_name(each.name)
    own, other = place.module, target.module if target else None
    if not (own and other) or other.name == own.name or place.part == "tests":
        return None
    if each.typing or other.name not in own.uses:
        return None
    part = each.name.removeprefix(other.import_name).strip(".").partition(".")[0]
    what = f"{own.name} imports {each.name}, and {other.name} may be absent"
    if part == "events":
        return (
            what,
            f"Import it under TYPE_CHECKING, and listen by name: "
            f"@listens({other.name + '.Event'!r}).",
        )
    if not is_guarded(project, file, each.node, other.name):
        return what, f"Import it in a function, below if has_module({other.name!r})."
    return None


def is_guarded(
    project: Project, file: PythonFile, node: ast.AST, name: str, depth: int = 8
) -> bool:
    """Say whether a node is reached only where ``has_module(name)`` is true."""
    if depth == 0 or file.function_of(node) is None:
        return False
    child = node
    for parent in file.ancestors(node):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(parent, field, None)
            if not isinstance(block, list) or child not in block:
                continue
            if isinstance(parent, ast.If | ast.While):
                positive = field == "body"
                if _implies(project, file, parent.test, name, positive):
                    return True
            for before in block[: block.index(child)]:
                if (
                    isinstance(before, ast.If)
                    and _leaves(before.body)
                    and _implies(project, file, before.test, name, False)
                ) or (
                    isinstance(before, ast.Assert)
                    and _implies(project, file, before.test, name, True)
                ):
                    return True
        if (
            isinstance(parent, ast.IfExp)
            and child is parent.body
            and _implies(project, file, parent.test, name, True)
        ):
            return True
        if isinstance(parent, ast.FunctionDef) and _called_guarded(
            project, file, parent, name, depth - 1
        ):
            return True
        child = parent
    return False


def _called_guarded(
    project: Project, file: PythonFile, function: ast.FunctionDef, name: str, depth: int
) -> bool:
    """Say whether a private function is called only where the module is there."""
    listens = any(
        "listens" in ast.unparse(d) and f"{name}." in ast.unparse(d)
        for d in function.decorator_list
    )
    if listens:
        return True  # the module has just published an event
    if not function.name.startswith("_"):
        return False
    calls = project.program.calls.get(file.dotted(function), [])
    return bool(calls) and all(
        where.function_of(call) is not function
        and is_guarded(project, where, call, name, depth)
        for where, call in calls
    )


def _leaves(block: list[ast.stmt]) -> bool:
    last = block[-1]
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call):
        return ast.unparse(last.value.func).rpartition(".")[2] in ABORTING
    return isinstance(last, LEAVING)


def _implies(
    project: Project,
    file: PythonFile,
    test: ast.expr,
    name: str,
    outcome: bool,
    depth: int = 8,
) -> bool:
    """Say whether a condition with this outcome means that the module is there."""
    if depth == 0:
        return False
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _implies(project, file, operand, name, not outcome)
        case ast.BoolOp(op=operator, values=values):
            # "a and b" is true only if both are; "a or b" is false only if neither is.
            if isinstance(operator, ast.And) == outcome:
                return any(_implies(project, file, v, name, outcome) for v in values)
            return all(_implies(project, file, v, name, outcome) for v in values)
        case ast.NamedExpr(value=value):
            return _implies(project, file, value, name, outcome)
        case ast.Call(func=function, args=[first, *_]) if outcome:
            names = project.program.resolve(file, function)
            called = any(
                project.program.canonical(n).endswith(".has_module") for n in names
            )
            texts = project.program.texts(file, first)
            return called and [t.text for t in texts] == [name]
        case ast.Call(func=ast.Name() | ast.Attribute() as function):
            for each in project.program.resolve(file, function):
                where, node = project.program.definition(each)
                if where and isinstance(node, ast.FunctionDef):
                    returned = [n for n in ast.walk(node) if isinstance(n, ast.Return)]
                    return len(returned) == 1 and bool(
                        returned[0].value
                        and _implies(
                            project, where, returned[0].value, name, outcome, depth - 1
                        )
                    )
            return False
        case ast.Name(id=variable):
            bindings = file.lookup(variable, test)
            return bool(bindings) and all(
                isinstance(each.node, ast.expr)
                and _implies(project, file, each.node, name, outcome, depth - 1)
                for each in bindings
            )
        case ast.Compare(
            ops=[ast.Is() | ast.Eq()], comparators=[ast.Constant(value=bool(v))]
        ):
            return _implies(project, file, test.left, name, outcome == v)
    return False


def _by_name(project: Project, file: PythonFile, place: Place) -> Iterator[Finding]:
    """Yield imports by name, and strings that lead a library to import by name."""
    assert place.module
    for node in file.nodes:
        if isinstance(node, ast.Call):
            names = project.program.resolve(file, node.func)
            last = {each.rpartition(".")[2] for each in names}
            if isinstance(node.func, ast.Attribute):
                last.add(node.func.attr)
            if any(is_import_by_name(each) for each in names) or (
                last & {"patch", "setattr"} and node.args
            ):
                argument = node.args[0] if node.args else None
                yield from _named(project, file, place, node, argument)
            elif last & {"exec", "eval", "compile"} and node.args:
                yield from _executed(project, file, place, node)
            elif "sys.modules.get" in names:
                yield from _named(project, file, place, node, node.args[0])
        elif isinstance(node, ast.Subscript) and (
            "sys.modules" in project.program.resolve(file, node.value)
        ):
            yield from _named(project, file, place, node, node.slice)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield from _parts(project, file, place, node)


def _named(
    project: Project,
    file: PythonFile,
    place: Place,
    node: ast.AST,
    argument: ast.AST | None,
) -> Iterator[Finding]:
    assert place.module
    for text in project.program.texts(file, argument):
        name = text.text.replace(":", ".")
        if name.startswith("."):
            level = len(name) - len(name.lstrip("."))
            name = file.absolute(name.lstrip("."), level)
        line = getattr(node, "lineno", 1)
        if not text.is_known:
            known = text.known.rstrip(".")
            own = place.module.import_name
            if known.split(".")[0] == "modules" and not known.startswith(own):
                what = f"{place} imports modules by a computed name, {known}..."
                yield Finding(
                    file.file, line, what, "Write an import of a published interface."
                )
            continue
        problem = import_problem(
            project.places, place, name, names=project.kernel_names
        )
        if problem and _exists(project, name):
            yield Finding(file.file, line, *problem)


def _exists(project: Project, name: str) -> bool:
    found, _ = project.program.split(name)
    return found is not None or name.split(".")[0] == "kernel"


def _executed(
    project: Project, file: PythonFile, place: Place, node: ast.Call
) -> Iterator[Finding]:
    for text in project.program.texts(file, node.args[0]):
        try:
            tree = ast.parse(text.text.replace("\0", "unknown_").strip())
        except SyntaxError:
            continue
        for each in ast.walk(tree):
            names = []
            if isinstance(each, ast.Import):
                names = [alias.name for alias in each.names]
            elif isinstance(each, ast.ImportFrom):
                base = file.absolute(each.module, each.level)
                names = [f"{base}.{alias.name}" for alias in each.names]
            elif isinstance(each, ast.Call) and each.args:
                called = ast.unparse(each.func)
                if is_import_by_name(called) and isinstance(each.args[0], ast.Constant):
                    names = [str(each.args[0].value)]
            for name in names:
                problem = import_problem(
                    project.places, place, name, names=project.kernel_names
                )
                if problem:
                    yield Finding(file.file, node.lineno, *problem)


def _parts(
    project: Project, file: PythonFile, place: Place, node: ast.Call
) -> Iterator[Finding]:
    """Yield ``module.part("models")``: an import of another module's file."""
    assert isinstance(node.func, ast.Attribute)
    if node.func.attr != "part" or len(node.args) != 1:
        return
    for text in project.program.texts(file, node.args[0]):
        if any((m.path / f"{text.text}.py").exists() for m in _others(project, place)):
            what = f"{place} imports the part {text.text!r} of other modules"
            yield Finding(file.file, node.lineno, what, "Use an extension point.")


def _others(project: Project, place: Place) -> list[Module]:
    return [m for m in project.modules.values() if m is not place.module]
