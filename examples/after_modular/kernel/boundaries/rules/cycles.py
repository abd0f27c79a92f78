"""No cycles between modules, between boxes, or between the files of the kernel.

What depends on each other in a cycle can only be understood, tested and removed
together. An app whose manifests have a cycle does not start; these are the cycles that
no manifest shows. Import-linter finds the fewest imports to remove.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import importlinter.api  # noqa: F401 - it sets import-linter up
from grimp import ImportGraph, build_graph
from importlinter.contracts.acyclic_siblings import AcyclicSiblingsContract

from ..project import Project
from ..violation import Finding

ROOTS = ("kernel", "web", "modules")


def check(project: Project) -> Iterator[Finding]:
    """Yield the fewest imports without which there would be no cycle."""
    graph = build_graph(*ROOTS, exclude_type_checking_imports=True, cache_dir=None)
    for name in [each for each in graph.modules if ".tests" in each]:
        graph.remove_module(name)
    folders = {m.import_name.rpartition(".")[0] for m in project.modules.values()}
    broken = _breakers(graph, sorted({*folders, "kernel", "web"}))
    for folder, links in broken.items():
        for importer, imported in sorted(links):
            details = graph.get_import_details(importer=importer, imported=imported)
            lower, upper = (_child(folder, name) for name in (importer, imported))
            yield Finding(
                project.program.files[importer].file,
                details[0]["line_number"],
                f"{lower} imports {imported}, and {upper} depends on {lower}",
                "Let one of them listen to an event of the other."
                if folder.startswith("modules")
                else "Move what both need into a file of its own.",
            )


def _breakers(graph: ImportGraph, ancestors: list[str]) -> Any:
    contract = AcyclicSiblingsContract(
        name="cycles",
        session_options={"root_packages": list(ROOTS)},
        contract_options={"ancestors": ancestors, "depth": 0},
    )
    metadata: Any = contract.check(graph, verbose=False).metadata
    return metadata["cycle_breakers_by_package"]


def _child(folder: str, name: str) -> str:
    return name.removeprefix(f"{folder}.").split(".")[0]
