"""What the manifest declares is what the module uses.

Who reads the manifest must not be misled: a dependency that is missing there breaks
an app without that module, and one that is not used binds two modules for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from kernel.manifest import Module

from ..project import Project
from ..violation import Finding


def check(project: Project) -> Iterator[Finding]:
    """Yield each difference between a manifest and its module."""
    for module in project.modules.values():
        yield from _undeclared(project, module)
        yield from _unused(project, module)


def _uses(project: Project, module: Module) -> Iterator[tuple[str, int, str]]:
    """Yield file, line and name of each module that is called or listened to."""
    for source in project.python_of(module):
        for line, name in source.calls("interface", "listens"):
            if name:
                yield source.file, line, name.partition(".")[0]


def _undeclared(project: Project, module: Module) -> Iterator[Finding]:
    known = {*module.depends_on, *module.uses}
    for file, line, name in _uses(project, module):
        if name not in known:
            what = f"{module.name} uses {name!r}, and the manifest does not say so"
            yield Finding(file, line, what, f"Add {name!r} to uses.")


def _unused(project: Project, module: Module) -> Iterator[Finding]:
    imported = {
        target.name
        for each in project.imports
        if project.owner(each.importer) is module
        and (target := project.owner(each.imported))
        and not each.typing
    }
    used = {name for _, _, name in _uses(project, module)}
    for field, names, found in (
        ("depends_on", module.depends_on, imported),
        ("uses", module.uses, used),
    ):
        manifest = project.manifest(module)
        for name in names:
            if name not in found:
                what = f"{module.name} has {name!r} in {field} and does not use it"
                yield Finding(
                    manifest.file,
                    manifest.line_of(field),
                    what,
                    f"Remove it from {field}.",
                )
