"""The app that the commands work on: its folders, and the modules on disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from ..discovery import discover
from ..manifest import BOX_PREFIX, Module
from .errors import ScaffoldingError


@dataclass(frozen=True)
class Project:
    """An app and its modules: all that are on disk, active or not."""

    app: Flask
    root: Path
    found: dict[str, Module]

    @classmethod
    def of(cls, app: Flask) -> Project:
        """Return the project that ``app`` belongs to."""
        root = Path(app.root_path)
        return cls(app, root, {m.name: m for m in discover(root / "modules")})

    @property
    def modules(self) -> Path:
        """The folder of modules."""
        return self.root / "modules"

    def module(self, name: str) -> Module:
        """Return the module called ``name``.

        :raises ScaffoldingError: when there is none.
        """
        if name not in self.found:
            raise ScaffoldingError(
                f"There is no module {name!r}. There are {', '.join(self.found)}.",
                error="unknown-module",
            )
        return self.found[name]

    def box(self, name: str) -> Path:
        """Return the folder of a box, given with or without ``box__``."""
        return self.modules / f"{BOX_PREFIX}{name.removeprefix(BOX_PREFIX)}"

    def shown(self, path: Path) -> str:
        """Return a path relative to the project's folder."""
        return path.relative_to(self.root).as_posix()
