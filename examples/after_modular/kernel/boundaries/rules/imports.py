"""A module imports libraries, the kernel, itself, and what others publish.

What others publish is ``api`` and ``events`` of the modules it depends on. All else
may change without anybody being asked, and that is what lets a team change it.
"""

from __future__ import annotations

from collections.abc import Iterator

from kernel.manifest import Module

from ..imports import Import
from ..project import Project
from ..violation import Finding

PUBLISHED = ("api", "events")
NOT_FOR_MODULES = {
    "app": "Use flask.current_app.",
    "config": "Read current_app.config, and declare the key in settings.",
    "conftest": "Move what the app needs into the module.",
    **dict.fromkeys(
        ("boundaries", "scaffolding", "testing"), "Move what the app needs into web."
    ),
    "operations": "Operations watch the modules: send a signal that they can hear.",
    "modules": "Import the api or the events of one module.",
}


def check(project: Project) -> Iterator[Finding]:
    """Yield each import that reaches into something else."""
    for each in project.imports:
        module = project.owner(each.importer)
        if module and (instead := _advice(project, module, each)):
            what = f"{module.name} imports {each.imported}"
            yield Finding(project.file_of(each.importer), each.line, what, instead)
    for source in project.python:
        if source.owner:
            for line, _ in source.calls("import_module", "__import__"):
                what = f"{source.owner_name} imports by name, which nothing can check"
                yield Finding(
                    source.file, line, what, "Use import, or interface() for a module."
                )


def _top(imported: str) -> str:
    first, _, rest = imported.partition(".")
    layer = rest.partition(".")[0]
    return layer if first == "kernel" and layer in NOT_FOR_MODULES else first


def _advice(project: Project, module: Module, each: Import) -> str | None:
    """Return what to do instead of an import, or ``None`` if it is fine."""
    target = project.owner(each.imported)
    if target is None:
        if each.imported.startswith("kernel.outbox."):
            return (
                "Import it from kernel.outbox, whose __init__.py says what modules "
                "may use."
            )
        if each.imported == "modules" and each.typing:
            return None  # a module of this app's that was left out
        return NOT_FOR_MODULES.get(_top(each.imported))
    part = each.imported.removeprefix(f"{target.import_name}.")
    published = part in PUBLISHED
    if target is module or (published and target.name in module.depends_on):
        return None
    if target.name in module.uses:
        if published and each.typing:
            return None
        return (
            f"{target.name} may be absent: call interface({target.name!r}), or listen "
            "to its events by name."
        )
    if published:
        return f"Add {target.name!r} to depends_on in the manifest."
    return f"Use {target.import_name}.api, and add to it what is missing."
