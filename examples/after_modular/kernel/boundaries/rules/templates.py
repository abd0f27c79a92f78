"""A template extends, includes and imports its own module's and the app's only.

A template is no interface: who changes a page of theirs must not break another's.
The app's own templates, such as the layout, know no module at all.
"""

from collections.abc import Iterator
from pathlib import Path

from ..project import Project
from ..violation import Finding


def check(project: Project) -> Iterator[Finding]:
    """Yield each place that names a template of another module."""
    owners = {_name(source.path): source.owner for source in project.templates}
    for source in project.sources:
        for line, text in source.strings():
            owner = owners.get(text)
            if owner and owner is not source.owner:
                what = f"{source.owner_name} uses {text!r}, a template of {owner.name}"
                instead = "Write one of your own, or move what both need to templates/."
                yield Finding(source.file, line, what, instead)


def _name(path: Path) -> str:
    """Return the name by which Flask finds a template."""
    *_, folder = (each for each in path.parents if each.name == "templates")
    return path.relative_to(folder).as_posix()
