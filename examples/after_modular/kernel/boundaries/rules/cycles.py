"""No cycles: neither between modules nor between boxes.

What depends on each other in a circle can only be understood, tested and taken out
together. An app whose manifests have a cycle does not start at all; here are those
that no manifest shows.
"""

from collections.abc import Iterator

from importlinter.contracts.acyclic_siblings import AcyclicSiblingsContract

from ..imports import import_graph, metadata
from ..project import Project
from ..violation import Finding


def check(project: Project) -> Iterator[Finding]:
    """Yield the fewest imports without which there would be no cycle."""
    graph = import_graph(typing=False)
    folders = {m.import_name.rpartition(".")[0] for m in project.modules.values()}
    broken = metadata(
        AcyclicSiblingsContract, graph, ancestors=sorted(folders), depth=0
    )
    for folder, links in broken["cycle_breakers_by_package"].items():
        for importer, imported in sorted(links):
            details = graph.get_import_details(importer=importer, imported=imported)
            lower, upper = (_child(folder, name) for name in (importer, imported))
            yield Finding(
                project.file_of(importer),
                details[0]["line_number"],
                f"{lower} imports {imported}, and {upper} depends on {lower}",
                "Let one of them listen to an event of the other.",
            )


def _child(folder: str, name: str) -> str:
    return name.removeprefix(f"{folder}.").split(".")[0]
