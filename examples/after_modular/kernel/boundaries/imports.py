"""The imports of the app, as import-linter reads them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import importlinter.api  # noqa: F401 - it sets import-linter up
from grimp import ImportGraph, build_graph
from importlinter.domain.contract import Contract

__all__ = ["Import", "direct_imports", "import_graph", "metadata"]

ROOTS = ("kernel", "web", "modules")


@dataclass(frozen=True, order=True)
class Import:
    """An import of one Python module by another.

    :param lazy: whether it stands in a function, and happens when that is called.
    :param typing: whether it stands under ``TYPE_CHECKING``, and never happens.
    """

    importer: str
    imported: str
    line: int
    lazy: bool
    typing: bool


def import_graph(*, typing: bool) -> ImportGraph:
    """Return who imports whom, with the imports that are for type checkers or not."""
    return build_graph(
        *ROOTS,
        include_external_packages=True,
        exclude_type_checking_imports=not typing,
        cache_dir=None,
    )


def direct_imports() -> Iterator[Import]:
    """Yield each import of the kernel and the modules."""
    graph, at_run_time = import_graph(typing=True), import_graph(typing=False)
    for importer in sorted(graph.modules):
        if graph.is_module_squashed(importer):
            continue  # a library
        for imported in sorted(graph.find_modules_directly_imported_by(importer)):
            typing = not at_run_time.direct_import_exists(
                importer=importer, imported=imported
            )
            details = graph.get_import_details(importer=importer, imported=imported)
            for each in details:
                yield Import(
                    importer, imported, each["line_number"], each["is_lazy"], typing
                )


def metadata(kind: type[Contract], graph: ImportGraph, **options: Any) -> Any:
    """Return what a contract of import-linter has against the graph."""
    contract = kind(
        name=kind.__name__,
        session_options={"root_packages": list(ROOTS)},
        contract_options=options,
    )
    return contract.check(graph, verbose=False).metadata
