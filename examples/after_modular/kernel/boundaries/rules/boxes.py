"""Boxes are layers: modules outside of a box import nothing from inside of it.

The modules of a box belong together and can be removed together. A module outside that
calls one of them names it in ``uses``: as one that may be absent.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..project import Project
from ..violation import Finding


def check(project: Project) -> Iterator[Finding]:
    """Yield each import from outside of a box into it, or into another box."""
    for file in project.program.files.values():
        place = project.place(file)
        own = place.module
        if own is None or place.part:
            continue
        for each in file.imports:
            target = project.places.of_name(each.name)
            other = target.module if target else None
            if other is None or other.box in (None, own.box) or each.typing:
                continue
            if other.name in own.uses or other.name not in own.depends_on:
                continue  # allowed, or a violation of the rule on imports
            what = (
                f"{own.name} depends on {other.name}, which is in the box {other.box}"
            )
            fix = f"Move {other.name!r} from depends_on to uses, and ask has_module()."
            yield Finding(file.file, each.line, what, fix)
