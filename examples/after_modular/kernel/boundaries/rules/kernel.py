"""The kernel imports no module, and neither does the web layer.

Neither could be understood, tested or used in another app without the modules that it
knows. Within the kernel, a layer imports the layers below it and no others.
"""

from collections.abc import Iterator

from ..project import Project
from ..violation import Finding

# The layers, and those below each. Whatever stands in ``kernel`` itself is essential,
# and below all of them.
BELOW = {
    "outbox": (),
    "dispatchers": ("outbox",),
    "operations": ("outbox",),
    "remote": ("outbox", "dispatchers", "operations"),
    "boundaries": (),
    "scaffolding": ("boundaries",),
    "testing": (),
}


def check(project: Project) -> Iterator[Finding]:
    """Yield each import by the kernel or the web layer of what stands above it."""
    for each in project.imports:
        importer, target = each.importer.split("."), each.imported.split(".")
        if importer[0] not in ("kernel", "web"):
            continue
        if _is_upward(importer, target):
            what = f"{_layer(importer)} imports {each.imported}"
            instead = "Let the module register itself: give it a hook, or an event."
            yield Finding(project.file_of(each.importer), each.line, what, instead)


def _layer(path: list[str]) -> str:
    is_layer = path[0] == "kernel" and len(path) > 1 and path[1] in BELOW
    return ".".join(path[:2]) if is_layer else path[0]


def _is_upward(importer: list[str], target: list[str]) -> bool:
    if target[0] in ("app", "config", "modules"):
        return True
    if importer[0] == "kernel":
        if target[0] == "web":
            return True
        below = _layer(importer).removeprefix("kernel").strip(".")
        layer = _layer(target).removeprefix("kernel").strip(".")
        return target[0] == "kernel" and layer not in ("", below, *BELOW.get(below, ()))
    return False
