"""A module builds URLs of its own pages only.

The page of another module may move, or be absent: ``url_for`` would fail, and a path
that is written out would lead nowhere. Its ``api`` says where its pages are, and the
manifests say what stands in the menus.
"""

from __future__ import annotations

from collections.abc import Iterator

from kernel.manifest import Module

from ..project import Project
from ..violation import Finding

INSTEAD = "Let the api of {} return the URL, or make it a link of its manifest."


def check(project: Project) -> Iterator[Finding]:
    """Yield each place that names a page of another module."""
    yield from _foreign_endpoints(project)
    yield from _foreign_paths(project)


def _foreign_endpoints(project: Project) -> Iterator[Finding]:
    owners = {
        endpoint: module
        for module in project.modules.values()
        for endpoint in project.endpoints(module)
    }
    for source in project.sources:
        for line, text in source.strings():
            owner = owners.get(text)
            if owner and owner is not source.owner:
                what = (
                    f"{source.owner_name} names {text!r}, an endpoint of {owner.name}"
                )
                yield Finding(source.file, line, what, INSTEAD.format(owner.name))


def _foreign_paths(project: Project) -> Iterator[Finding]:
    for source in project.sources:
        for line, text in source.urls():
            owner = _owner_of_path(project, text)
            if owner and owner is not source.owner:
                what = (
                    f"{source.owner_name} writes out {text!r}, a path of {owner.name}"
                )
                yield Finding(source.file, line, what, INSTEAD.format(owner.name))


def _owner_of_path(project: Project, path: str) -> Module | None:
    """Return the module with the longest prefix that the path starts with."""
    owners = [
        module
        for module in project.modules.values()
        if path.startswith((f"{module.url_prefix}/", f"{module.url_prefix}?"))
        or path == module.url_prefix
    ]
    return max(owners, key=lambda module: len(module.url_prefix), default=None)
