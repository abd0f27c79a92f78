"""The project: what the rules look at, read once for all of them."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Flask

from kernel.manifest import Module
from kernel.runtime import Kernel

from .facts import Facts, facts_of
from .guard.registrations import Registrations, recorded
from .places import Place, Places
from .source import markup
from .source.jinja import TemplateFile
from .source.program import Program
from .source.python import PythonFile
from .violation import Violation

PARSED = ("modules", "web", "kernel")
TEMPLATES = (".html", ".htm", ".xml", ".txt", ".svg", ".jinja", ".jinja2", ".j2", "")
SKIPPED = {"__pycache__", "node_modules"}
Url = tuple[str, int, str]  # the file, the line, the URL


@dataclass(frozen=True)
class Project:
    """An app, its modules and their files.

    :param registrations: what each module registers on the app, by module and kind.
    :param reported: what the guard has reported while the app was loaded.
    """

    app: Flask
    registrations: Mapping[str, Registrations]
    reported: list[Violation] = field(default_factory=list)

    @property
    def root(self) -> Path:
        """The folder of ``app.py``."""
        return Path(self.app.root_path)

    @property
    def modules(self) -> dict[str, Module]:
        """The modules by name."""
        return Kernel.of(self.app).active

    @cached_property
    def facts(self) -> Facts:
        """What belongs to which module."""
        return facts_of(self.app)

    @cached_property
    def places(self) -> Places:
        """What each file belongs to."""
        return Places(self.root, self.modules)

    @cached_property
    def program(self) -> Program:
        """The Python files of the app; its own tests are left out."""
        return Program(self._python())

    def _python(self) -> Iterator[PythonFile]:
        for path in _files(self.root, ".py"):
            file = path.relative_to(self.root).as_posix()
            if file.split("/")[0] in ("tests", "conftest.py", "instance"):
                continue
            try:
                yield PythonFile(path, file)
            except (SyntaxError, UnicodeDecodeError, ValueError):
                continue  # a template of code, or another language's file

    def place(self, file: PythonFile | str) -> Place:
        """Return what a file belongs to."""
        path = file if isinstance(file, str) else file.file
        place = self.places.of_file(str(self.root / path))
        assert place is not None  # all files are beside app.py
        return place

    @cached_property
    def templates(self) -> list[TemplateFile]:
        """The templates of the app and of the modules."""
        folders = [self.root / "web", *(m.path for m in self.modules.values())]
        return [
            template
            for folder in folders
            for path in _files(folder, *TEMPLATES)
            if "templates" in path.relative_to(folder).parts
            if (template := self._template(path))
        ]

    def _template(self, path: Path) -> TemplateFile | None:
        return TemplateFile.read(path, self.places.relative(path), self.app.jinja_env)

    @cached_property
    def urls(self) -> list[Url]:
        """The URLs in templates, scripts and style sheets."""
        found: dict[Url, None] = {}
        for template in self.templates:
            for pieces in template.variants():
                for line, url in markup.in_html(pieces):
                    found[template.file, line, url] = None
        for folder in (self.root / "web", *(m.path for m in self.modules.values())):
            for path in _files(folder, ".js", ".mjs", ".css"):
                find = markup.in_css if path.suffix == ".css" else markup.in_script
                try:
                    text = path.read_text("utf-8")
                except (UnicodeDecodeError, OSError):
                    continue
                for line, url in find(text):
                    found[self.places.relative(path), line, url] = None
        return list(found)

    def files_of(self, module: Module) -> list[PythonFile]:
        """Return the Python files of a module, without its tests."""
        return [
            file
            for file in self.program.files.values()
            if (place := self.place(file)).module is module and place.part != "tests"
        ]

    def manifest(self, module: Module) -> tuple[str, PythonFile]:
        """Return the path and the file of a module's manifest."""
        file = self.program.files[module.import_name]
        return file.file, file

    @cached_property
    def kernel_names(self) -> frozenset[str]:
        """The names that the kernel publishes."""
        return frozenset(import_module("kernel").__all__)

    def where(self, function: Any, module: Module) -> tuple[str, int] | None:
        """Return file and line of a function, if it is written in the module."""
        code = getattr(inspect.unwrap(function), "__code__", None)
        if code is None or not Path(code.co_filename).is_relative_to(module.path):
            return None
        return self.places.relative(code.co_filename), code.co_firstlineno


def _files(folder: Path, *suffixes: str) -> Iterator[Path]:
    """Yield the files below a folder, without those that tools write."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name.startswith(".") or path.name in SKIPPED:
            continue
        if path.is_dir() and not (path / "pyvenv.cfg").exists():
            yield from _files(path, *suffixes)
        elif path.is_file() and path.suffix.lower() in suffixes:
            yield path


def load(app: Flask) -> Project:
    """Make the app again with all its modules, and return the project.

    :param app: an app of the same factory.
    :raises StartupError: if the app can't start; the message says why.
    """
    create_app = import_module(app.import_name).create_app
    with recorded() as (registrations, reported):
        # A module that can't be loaded is an error here, and is not quarantined.
        complete = create_app({"QUARANTINE": False, "MODULES": ()})
    return Project(complete, registrations, reported)


def sorted_findings(found: Iterable[Violation]) -> list[Violation]:
    """Return each violation once, in the order of the files."""
    return sorted(set(found))
