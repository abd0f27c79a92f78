"""Places: which module or layer a file, or an import name, belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from kernel.manifest import Module

Kind = Literal["module", "kernel", "web", "app", "tests", "other"]

# The layers of the kernel, and those below each. What is in ``kernel`` itself is
# essential, and below all of them.
BELOW = {
    "outbox": (),
    "deliveries": ("outbox",),
    "dispatchers": ("outbox", "deliveries"),
    "operations": ("outbox", "deliveries", "dispatchers"),
    "remote": ("outbox", "deliveries", "dispatchers", "operations"),
    "boundaries": (),
    "scaffolding": ("boundaries",),
    "testing": ("outbox", "deliveries", "boundaries", "remote"),
}


@dataclass(frozen=True)
class Place:
    """What a file belongs to.

    :param name: of the module or the layer: ``"auth"``, ``"kernel.outbox"``.
    :param module: the module, if it is one.
    :param part: ``"tests"`` or ``"migrations"`` for these folders of a module.
    """

    kind: Kind
    name: str
    module: Module | None = None
    part: str = ""

    def __str__(self) -> str:
        return self.name


class Places:
    """The files and packages of an app.

    :param root: the folder of ``app.py``.
    :param modules: the modules by name.
    """

    def __init__(self, root: Path, modules: Mapping[str, Module]) -> None:
        self.root = root
        self.modules = modules
        self._folders = {str(m.path) + "/": m for m in modules.values()}
        self.of_file = cache(self._of_file)
        self.of_name = cache(self._of_name)

    @cached_property
    def top_level(self) -> set[str]:
        """The names of the packages and files beside ``app.py``."""
        return {
            path.stem
            for path in self.root.iterdir()
            if path.suffix == ".py" or (path.is_dir() and any(path.rglob("*.py")))
        }

    def relative(self, path: str | Path) -> str:
        """Return a path relative to ``app.py``."""
        return Path(path).relative_to(self.root).as_posix()

    def _of_file(self, path: str) -> Place | None:
        """Return the place of a file; ``None`` outside of the app."""
        for folder, module in self._folders.items():
            if path.startswith(folder):
                first = path.removeprefix(folder).split("/")[0]
                part = first if first in ("tests", "migrations") else ""
                if first == "conftest.py" or first.startswith("test_"):
                    part = "tests"
                return Place("module", module.name, module, part)
        root = f"{self.root}/"
        if not path.startswith(root) or "/site-packages/" in path:
            return None
        return self._layer(path.removeprefix(root).removesuffix(".py").split("/"))

    def _of_name(self, name: str) -> Place | None:
        """Return the place of an import name; ``None`` for a library."""
        for module in self.modules.values():
            if f"{name}.".startswith(f"{module.import_name}."):
                return Place("module", module.name, module)
        parts = name.split(".")
        known = parts[0] in ("kernel", "web", "modules") or parts[0] in self.top_level
        return self._layer(parts) if known else None

    def _layer(self, parts: list[str]) -> Place:
        match parts:
            case ["kernel", layer, *_] if layer in BELOW:
                return Place("kernel", f"kernel.{layer}")
            case ["kernel", *_]:
                return Place("kernel", "kernel")
            case ["web", *_]:
                return Place("web", "web")
            case ["app" | "config", *_]:
                return Place("app", parts[0])
            case ["tests" | "conftest", *_]:
                return Place("tests", parts[0])
            case _:
                name = parts[0] if parts[0] != "modules" else ".".join(parts[:2])
                return Place("other", name)
