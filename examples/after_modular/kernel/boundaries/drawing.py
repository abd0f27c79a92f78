"""The graph of the modules, drawn from their manifests."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from kernel.manifest import Module


def mermaid(modules: Iterable[Module]) -> str:
    """Return a Mermaid flowchart: an arrow for what is needed, dots for what helps."""
    lines = ["flowchart TD"]
    for box, inside in _by_box(modules).items():
        lines += [f"    subgraph box__{box}[{box}]"] if box else []
        lines += [f'    {m.name}["{m.title}"]' for m in inside]
        lines += ["    end"] if box else []
    for one, other, needed in _arrows(modules):
        lines.append(f"    {one} {'-->' if needed else '-.->'} {other}")
    return "\n".join(lines)


def dot(modules: Iterable[Module]) -> str:
    """Return a graph for Graphviz: an arrow for what is needed, dashes for the rest."""
    lines = ["digraph modules {"]
    for box, inside in _by_box(modules).items():
        lines += [f'    subgraph "cluster_{box}" {{ label="{box}"'] if box else []
        lines += [f'    "{m.name}" [label="{m.title}"]' for m in inside]
        lines += ["    }"] if box else []
    for one, other, needed in _arrows(modules):
        lines.append(f'    "{one}" -> "{other}"{"" if needed else " [style=dashed]"}')
    return "\n".join([*lines, "}"])


def _by_box(modules: Iterable[Module]) -> dict[str | None, list[Module]]:
    boxes: dict[str | None, list[Module]] = defaultdict(list)
    for module in modules:
        boxes[module.box].append(module)
    return boxes


def _arrows(modules: Iterable[Module]) -> Iterator[tuple[str, str, bool]]:
    """Yield who, whom, and whether one can't do without the other."""
    for module in modules:
        for name in module.depends_on:
            yield module.name, name, True
        for name in module.uses:
            yield module.name, name, False
