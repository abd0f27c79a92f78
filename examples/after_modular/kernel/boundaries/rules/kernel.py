"""The kernel and the web layer import no module, and layers import downwards only.

They could not be understood, tested or used in another app without the modules that
they know. What is beside ``app.py`` imports no module either: modules register
themselves, and code that needs one is a module.
"""

from collections.abc import Iterator

from ..policy import import_problem
from ..project import Project
from ..violation import Finding


def check(project: Project) -> Iterator[Finding]:
    """Yield each import, outside of the modules, of what is above the importer."""
    for file in project.program.files.values():
        place = project.place(file)
        if place.kind == "module":
            continue
        for each in file.imports:
            problem = import_problem(
                project.places, place, each.name, names=project.kernel_names
            )
            if problem and not (each.typing and place.kind != "kernel"):
                yield Finding(file.file, each.line, *problem)
