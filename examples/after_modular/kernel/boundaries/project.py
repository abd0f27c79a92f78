"""The project: what the rules look at, read once for all of them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from flask import Flask

from kernel.manifest import Module
from kernel.registry import EXTENSION as MODULES

from .additions import Additions, recorded
from .imports import ROOTS, Import, direct_imports
from .source import PythonSource, Source, TemplateSource


@dataclass(frozen=True)
class Project:
    """An app, its modules and their files.

    The tests of the modules are left out: they are held to the rules by being run
    without the other modules.

    :param added: what each module adds to the app, by its name and kind.
    """

    app: Flask
    modules: Mapping[str, Module]
    added: Mapping[str, Additions]

    @property
    def root(self) -> Path:
        """The folder of ``app.py``."""
        return Path(self.app.root_path)

    @cached_property
    def python(self) -> list[PythonSource]:
        """The Python files of the kernel and of the modules."""
        nobodys = [
            path for root in ROOTS[:-1] for path in (self.root / root).rglob("*.py")
        ]
        return [
            PythonSource(path, self.file(path), owner)
            for owner, paths in [(None, nobodys), *self._of_modules("**/*.py")]
            for path in sorted(paths)
        ]

    @cached_property
    def templates(self) -> list[TemplateSource]:
        """The templates of the app and of the modules."""
        own = list((self.root / "web" / "templates").rglob("*.*"))
        return [
            TemplateSource(path, self.file(path), owner)
            for owner, paths in [(None, own), *self._of_modules("templates/**/*.*")]
            for path in sorted(paths)
        ]

    @property
    def sources(self) -> list[Source]:
        """All files."""
        return [*self.python, *self.templates]

    @cached_property
    def imports(self) -> list[Import]:
        """The imports of the kernel and of the modules."""
        return list(direct_imports())

    def python_of(self, module: Module) -> list[PythonSource]:
        """Return the Python files of a module."""
        return [source for source in self.python if source.owner is module]

    def manifest(self, module: Module) -> PythonSource:
        """Return the file of a module's manifest."""
        path = module.path / "__init__.py"
        return next(source for source in self.python if source.path == path)

    def owner(self, import_name: str) -> Module | None:
        """Return the module that a Python module belongs to."""
        for module in self.modules.values():
            if f"{import_name}.".startswith(f"{module.import_name}."):
                return module
        return None

    def file(self, path: Path) -> str:
        """Return a path as seen from ``app.py``."""
        return path.relative_to(self.root).as_posix()

    def file_of(self, import_name: str) -> str:
        """Return the file of a Python module."""
        path = self.root.joinpath(*import_name.split("."))
        return self.file(
            path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        )

    def place(self, function: Any, module: Module) -> tuple[str, int] | None:
        """Return file and line of a function, if it is written in the module."""
        code = getattr(inspect.unwrap(function), "__code__", None)
        if code is None or not Path(code.co_filename).is_relative_to(module.path):
            return None
        return self.file(Path(code.co_filename)), code.co_firstlineno

    def endpoints(self, module: Module) -> set[str]:
        """Return the endpoints that a module adds."""
        return {rule.endpoint for rule in self.added[module.name]["rules"]}

    def _of_modules(self, pattern: str) -> Iterator[tuple[Module, list[Path]]]:
        for module in self.modules.values():
            tests = module.path / "tests"
            paths = module.path.glob(pattern)
            yield module, [path for path in paths if tests not in path.parents]


def load() -> Project:
    """Make the app of this folder with all its modules, and return the project.

    :raises StartupError: if the app can't start; the message says why.
    """
    from app import create_app

    with recorded() as added:
        # What can't be loaded is to be mended here, not to be done without.
        app = create_app({"QUARANTINE": False, "MODULES": ()})
    return Project(app, app.extensions[MODULES].active, added)
