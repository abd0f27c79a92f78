"""The manifest declares what the module uses, and nothing else.

A dependency that is missing in the manifest breaks an app without that module; one
that is not used couples two modules for nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kernel.manifest import Module

from ..guard.registrations import line_of
from ..project import Project
from ..source.python import PythonFile
from ..violation import Finding

_ACTIVE = "current_kernel.active"


def check(project: Project) -> Iterator[Finding]:
    """Yield each difference between a manifest and its module."""
    for module in project.modules.values():
        asked = list(_asked(project, module))
        known = {module.name, *module.depends_on, *module.uses}
        for file, line, name in asked:
            if name in project.modules and name not in known:
                what = (
                    f"{module.name} asks for {name!r}, which its manifest does not name"
                )
                yield Finding(file, line, what, f"Add {name!r} to uses.")
        yield from _unused(project, module, {name for _, _, name in asked})


def _asked(project: Project, module: Module) -> Iterator[tuple[str, int, str]]:
    """Yield file, line and name of each module that is asked for or listened to."""
    program = project.program
    for file in project.files_of(module):
        for node in file.nodes:
            for argument in _names(project, file, node):
                for text in program.texts(file, argument):
                    name = text.text.partition(".")[0]
                    yield file.file, getattr(node, "lineno", 1), name


def _names(project: Project, file: PythonFile, node: ast.AST) -> Iterator[ast.expr]:
    resolve = project.program.resolve
    match node:
        case ast.Call(func=function, args=[first, *_]):
            last = {name.rpartition(".")[2] for name in resolve(file, function)}
            if last & {"has_module", "listens"} or any(
                n.endswith(f".{_ACTIVE}.get") for n in resolve(file, function)
            ):
                yield first
        case ast.Subscript(value=value, slice=key):
            if any(_is_active(name) for name in resolve(file, value)):
                yield key
        case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()], comparators=[right]):
            if any(_is_active(name) for name in resolve(file, right)):
                yield left


def _is_active(name: str) -> bool:
    return name.endswith(f".{_ACTIVE}")


def _unused(project: Project, module: Module, asked: set[str]) -> Iterator[Finding]:
    imported = {
        target.module.name
        for file in project.files_of(module)
        for each in file.imports
        if not each.typing
        and (target := project.places.of_name(each.name))
        and target.module
    }
    path, manifest = project.manifest(module)
    for field, names, found in (
        ("depends_on", module.depends_on, imported),
        ("uses", module.uses, imported | asked),
    ):
        for name in names:
            if name not in found:
                what = f"{module.name} has {name!r} in {field} and does not use it"
                line = line_of(manifest, field)
                yield Finding(path, line, what, f"Remove it from {field}.")
