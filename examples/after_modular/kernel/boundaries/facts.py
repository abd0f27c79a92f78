"""Facts about an app: which table, endpoint, path or setting belongs to what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from flask import Flask

from kernel.manifest import Module
from kernel.runtime import Kernel


@dataclass(frozen=True)
class Facts:
    """What belongs to which module, by the module's name.

    Names of layers, such as ``"kernel.outbox"``, stand for what is no module's.

    :param tables: the owners of tables, by their names in lower case.
    :param endpoints: the owners of endpoints.
    :param prefixes: the modules by their URL prefixes.
    :param settings: the owners of settings.
    """

    tables: Mapping[str, str]
    endpoints: Mapping[str, str]
    prefixes: Mapping[str, str]
    settings: Mapping[str, str]

    def owner_of_path(self, path: str) -> str | None:
        """Return the module whose pages a path of this site leads to."""
        owners = [
            prefix
            for prefix in self.prefixes
            if path.lower() == prefix.lower()
            or path.lower().startswith(
                tuple(f"{prefix.lower()}{end}" for end in "/?#\0")
            )
        ]
        return self.prefixes[max(owners, key=len)] if owners else None


def facts_of(app: Flask) -> Facts:
    """Return the facts of an app whose modules are loaded."""
    kernel = Kernel.of(app)
    tables: dict[str, str] = {}
    for package in kernel.packages:
        tables |= dict.fromkeys(_tables(package), package.import_name)
    for module in kernel.active.values():
        tables |= dict.fromkeys(_tables(module), module.name)
    owners = {module.import_name: module.name for module in kernel.active.values()}
    return Facts(
        tables=tables,
        endpoints={
            rule.endpoint: owner
            for rule in app.url_map.iter_rules()
            if (owner := rule.endpoint.partition(".")[0]) in kernel.active
        },
        prefixes={m.url_prefix: m.name for m in kernel.active.values() if m.url_prefix},
        settings={
            each.name: owners.get(package, package)
            for cls in kernel.settings
            for package in [cls.__module__.rpartition(".")[0]]
            for each in fields(cls)
        },
    )


def _tables(module: Module) -> list[str]:
    models = module.part("models")
    names = list(models.Base.metadata.tables) if models else []
    return [*(name.lower() for name in names), f"{module.name}_migration"]
