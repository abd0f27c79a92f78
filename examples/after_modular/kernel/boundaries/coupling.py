"""Coupling: how often the code of one feature uses the internals of another.

The rules check what this app's manifests allow. This needs no manifest, so it works on
any Flask app: which feature refers to a model, table or page of another.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from .source.python import PythonFile

ROUTES = ("route", "get", "post", "put", "patch", "delete")
WORD = re.compile(r"\w+")


class Coupling(NamedTuple):
    """A place where one feature uses the internals of another.

    :param kind: ``"foreign key"``, ``"relationship"``, ``"model"`` for a query or
        any other use of its class, or ``"page"`` for a URL that is built.
    """

    file: str
    line: int
    kind: str
    source: str
    target: str


def couplings(folder: Path, models: Mapping[str, str]) -> list[Coupling]:
    """Return the couplings in the Python files of an app.

    A feature is a folder of ``modules``, where there is one. Elsewhere a model belongs
    to the feature that ``models`` says, and a page to the first part of its URL. Code
    without a feature, such as a helper, is not looked at.

    :param folder: the folder of ``app.py``; tests and migrations are left out.
    :param models: the feature of each model, by the name of the class.
    """
    paths = sorted(folder.rglob("*.py"))
    features = _Features(models)
    parts = [
        (source, node, feature)
        for path in paths
        if not {"tests", "migrations"} & set(path.parts[len(folder.parts) :])
        for source in [PythonFile(path, path.relative_to(folder).as_posix())]
        for node in source.tree.body
        if (feature := features.of(source.file, node))
    ]
    return sorted(
        Coupling(source.file, line, kind, feature, target)
        for source, node, feature in parts
        for line, kind, target in features.named(node)
        if target != feature
    )


class _Features:
    """What belongs to which feature."""

    def __init__(self, models: Mapping[str, str]) -> None:
        self.models = models
        self.tables: dict[str, str] = {}
        self.pages: dict[str, str] = {}

    def of(self, file: str, node: ast.stmt) -> str | None:
        """Return the feature of a class or function, and note what it is called."""
        folders = [part for part in file.split("/")[:-1] if "__" not in part]
        feature = folders[1] if folders[:1] == ["modules"] and folders[1:] else None
        if isinstance(node, ast.ClassDef):
            feature = feature or self.models.get(node.name)
            if feature and (table := _table(node)):
                self.tables[table] = feature
        elif isinstance(node, ast.FunctionDef) and (url := _url(node)):
            page = f"{feature}.{node.name}" if feature else node.name
            feature = feature or _first_part(url)
            if feature:
                self.pages[page] = feature
        return feature

    def named(self, definition: ast.stmt) -> Iterator[tuple[int, str, str]]:
        """Yield the line, the kind and the feature of each thing that is named."""
        typed = {
            id(name)
            for node in ast.walk(definition)
            if isinstance(node, ast.AnnAssign)
            for name in ast.walk(node.annotation)
        }
        for node in ast.walk(definition):
            match node:
                case ast.AnnAssign(annotation=kind, value=ast.Call(func=called)) if (
                    ast.unparse(called) == "relationship"
                ):
                    for name in WORD.findall(ast.unparse(kind)):
                        if name in self.models:
                            yield node.lineno, "relationship", self.models[name]
                case ast.Call(func=ast.Name("ForeignKey"), args=[column, *_]):
                    table = (_text(column) or "").partition(".")[0]
                    if table in self.tables:
                        yield node.lineno, "foreign key", self.tables[table]
                case ast.Call(func=ast.Name("url_for"), args=[endpoint, *_]):
                    if (page := _text(endpoint)) in self.pages:
                        yield node.lineno, "page", self.pages[str(page)]
                case ast.Name(id=name) if name in self.models and id(node) not in typed:
                    yield node.lineno, "model", self.models[name]


def _table(node: ast.ClassDef) -> str | None:
    for each in node.body:
        match each:
            case ast.Assign(targets=[ast.Name("__tablename__")], value=name):
                return _text(name)
    return None


def _url(node: ast.FunctionDef) -> str | None:
    """Return the URL of a view, or ``None`` for another function."""
    for decorator in node.decorator_list:
        match decorator:
            case ast.Call(func=ast.Attribute(attr=how), args=[url, *_]) if (
                how in ROUTES
            ):
                return _text(url)
    return None


def _first_part(url: str) -> str | None:
    """Return the feature that a URL starts with: ``"auth"`` for ``"/auth/login"``."""
    first, slash, _ = url.removeprefix("/").partition("/")
    return first if slash else None


def _text(node: ast.expr) -> str | None:
    """Return the string that a node is, or ``None`` if it is something else."""
    match node:
        case ast.Constant(value=str(text)):
            return text
    return None
