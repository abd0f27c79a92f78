"""The policy: who may import what. The rules and the guard both ask it."""

from __future__ import annotations

from kernel.manifest import BOX_PREFIX

from .places import BELOW, Place, Places

PUBLISHED = ("api", "events")
NOT_FOR_MODULES = {
    "app": "Use flask.current_app.",
    "config": "Read current_app.config, or add a settings.py to the module.",
    "conftest": "Move what the app needs into the module.",
    "tests": "Move what the module's tests need into its own tests.",
}
REGISTER = (
    "Let the module register itself: give it a hook, an extension point or an event."
)
Problem = tuple[str, str]


def import_problem(
    places: Places, importer: Place, imported: str, *, names: frozenset[str]
) -> Problem | None:
    """Return what is wrong with an import and how to fix it; ``None`` if it is fine.

    Whether a module that may be absent is there is not asked here.

    :param imported: the dotted name: ``"modules.auth.api"``, ``"kernel.publish"``.
    :param names: what the kernel publishes, its ``__all__``.
    """
    target = places.of_name(imported)
    if target is None or importer.kind == "tests":
        return None
    advice = _ADVICE[importer.kind](places, importer, target, imported, names)
    return (f"{importer} imports {imported}", advice) if advice else None


def _of_module(
    places: Places, importer: Place, target: Place, imported: str, names: frozenset[str]
) -> str | None:
    match target.kind:
        case "web":
            return None
        case "kernel":
            return _of_kernel_names(importer, imported, names)
        case "module":
            return _of_other_module(importer, target, imported)
    if imported.split(".")[0] == "modules":
        if _is_absent_module(importer, imported):
            return None
        return "Import the api or the events of one module."
    return NOT_FOR_MODULES.get(
        target.name, f"Move what the module needs from {target} into it, or into web."
    )


def _is_absent_module(importer: Place, imported: str) -> bool:
    """Say whether the import names a module in ``uses`` that this app left out."""
    assert importer.module
    parts = [
        each for each in imported.split(".")[1:] if not each.startswith(BOX_PREFIX)
    ]
    name, part = parts[0] if parts else "", parts[1] if len(parts) > 1 else ""
    return name in importer.module.uses and part in ("", *PUBLISHED)


def _of_kernel_names(
    importer: Place, imported: str, names: frozenset[str]
) -> str | None:
    _, _, name = imported.partition(".")
    first = name.partition(".")[0]
    if not name or first in names or first == "*":
        return None
    if first == "testing" and importer.part == "tests":
        return None
    return "Import a name of __all__ in kernel/__init__.py: from kernel import ..."


def _of_other_module(importer: Place, target: Place, imported: str) -> str | None:
    own, other = importer.module, target.module
    assert own
    assert other
    if own is other or own.name == other.name:
        return None
    part = imported.removeprefix(other.import_name).strip(".").partition(".")[0]
    path = other.import_name
    if importer.part == "migrations":
        return "A migration changes its own module's tables and imports no module."
    published = (*PUBLISHED, "fake") if importer.part == "tests" else PUBLISHED
    if part not in published:
        return f"Use what {path}.api publishes, and add to it what is missing."
    if other.name not in (*own.depends_on, *own.uses):
        return (
            f"Add {other.name!r} to depends_on in the manifest, or to uses if "
            f"{own.name} can do without it."
        )
    return None


def _of_kernel(
    places: Places, importer: Place, target: Place, imported: str, names: frozenset[str]
) -> str | None:
    if target.kind != "kernel":
        return REGISTER
    below, layer = (
        p.name.removeprefix("kernel").strip(".") for p in (importer, target)
    )
    if layer in ("", below, *BELOW.get(below, ())):
        return None
    return (
        f"{target} is not below {importer}. Move what both need into the layer below, "
        "or let the upper layer register a callback."
    )


def _of_web(
    places: Places, importer: Place, target: Place, imported: str, names: frozenset[str]
) -> str | None:
    if target.kind == "web" or target.name == "kernel":
        return None
    if target.kind == "kernel":
        return "The web layer uses the essential kernel: from kernel import ..."
    return REGISTER


def _of_app(
    places: Places, importer: Place, target: Place, imported: str, names: frozenset[str]
) -> str | None:
    if target.kind == "module" or imported.split(".")[0] == "modules":
        return "Modules register themselves: move the code into a module."
    return None


def _of_other(
    places: Places, importer: Place, target: Place, imported: str, names: frozenset[str]
) -> str | None:
    if target.kind == "module" or imported.split(".")[0] == "modules":
        return "Code that needs a module belongs into a module: move it there."
    return None


_ADVICE = {
    "module": _of_module,
    "kernel": _of_kernel,
    "web": _of_web,
    "app": _of_app,
    "other": _of_other,
}
