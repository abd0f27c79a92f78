"""What a module does to every page of the app, its manifest says.

A hook for the whole app, such as ``before_request``, runs on the pages of others: a
fault in it is a fault everywhere, so one must know where to look.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..additions import HOOKS
from ..project import Project
from ..violation import Finding


def check(project: Project) -> Iterator[Finding]:
    """Yield each hook that is added without being declared, or the reverse."""
    for module in project.modules.values():
        manifest = project.manifest(module)
        line = manifest.line_of("hooks")
        added = project.added[module.name]
        for hook in sorted(HOOKS.keys() - set(module.hooks)):
            for function in added[hook]:
                file, at = project.place(function, module) or (manifest.file, line)
                what = f"{module.name} adds {hook} {_name(function)} to the whole app"
                instead = (
                    f"Add {hook!r} to hooks in the manifest, or use the blueprint's."
                )
                yield Finding(file, at, what, instead)
        for hook in module.hooks:
            if not added.get(hook):
                what = f"{module.name} declares the hook {hook!r} and adds none"
                yield Finding(manifest.file, line, what, "Remove it from hooks.")


def _name(function: Any) -> str:
    return getattr(function, "__qualname__", type(function).__name__)
