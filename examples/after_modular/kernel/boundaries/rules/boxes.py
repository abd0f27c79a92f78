"""Boxes are layers: modules outside of a box import nothing from inside of it.

What stands in a box belongs together and can be taken out together. A module outside
that needs something from inside uses it as one that may be absent.
"""

from collections.abc import Iterator

from importlinter.contracts.layers import LayersContract

from ..imports import import_graph, metadata
from ..project import Project
from ..violation import Finding


def check(project: Project) -> Iterator[Finding]:
    """Yield each import from outside of a box into it."""
    modules = project.modules.values()
    boxes = sorted({m.import_name.split(".")[1] for m in modules if m.box})
    outside = sorted(module.name for module in modules if not module.box)
    if not boxes or not outside:
        return
    broken = metadata(
        LayersContract,
        import_graph(typing=False),
        containers=["modules"],
        layers=[" : ".join(boxes), " : ".join(outside)],
    )
    for pair in broken["invalid_dependencies"]:
        for route in pair["routes"]:
            for link in [route["chain"][0], *route["extra_firsts"]]:
                what = f"{pair['importer']} imports {pair['imported']}, which is a box"
                yield Finding(
                    project.file_of(link["importer"]),
                    (link["line_numbers"] or (1,))[0],
                    what,
                    "Name the module in uses, and call interface().",
                )
