"""Describe each module of the running app as JSON.

``python -m kernel.boundaries.canvas`` prints it.

What is listed comes from the app, so it is what runs; signatures come from the source,
so they read as they were written.
"""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from kernel.events import Listener
from kernel.manifest import Module
from kernel.runtime import Kernel

Entry = dict[str, Any]

# Every module that is found, whatever the environment says, and no database.
EVERYTHING = {"APP_ENV": "testing", "MODULES": (), "DATABASE_URL": "sqlite://"}


def describe(app: Flask) -> list[Entry]:
    """Return what is to know about each module, in the order they were loaded."""
    return [_describe(app, module) for module in Kernel.of(app).active.values()]


def _describe(app: Flask, module: Module) -> Entry:
    kernel = Kernel.of(app)
    return {
        "name": module.name,
        "title": module.title,
        "summary": module.summary,
        "folder": module.import_name.replace(".", "/"),
        "box": module.box,
        "url_prefix": module.url_prefix,
        "critical": module.critical,
        "depends_on": sorted(module.depends_on),
        "uses": sorted(module.uses),
        "settings": sorted(
            field.name
            for cls in kernel.settings
            if cls.__module__.startswith(f"{module.import_name}.")
            for field in fields(cls)
        ),
        "hooks": sorted(module.hooks),
        "interface": _interface(module.part("api")),
        "publishes": _published(module, kernel),
        "listens": _listeners(module, kernel),
        "tables": _tables(module.part("models")),
        "routes": _routes(app, module),
    }


def _interface(api: ModuleType | None) -> list[Entry]:
    """List what other modules may call."""
    if api is None:
        return []
    names = getattr(api, "__all__", None) or sorted(_defined_in(api))
    return [_published_name(name, getattr(api, name)) for name in names]


def _defined_in(file: ModuleType) -> Iterator[str]:
    for name, value in vars(file).items():
        if getattr(value, "__module__", None) == file.__name__ and name[0] != "_":
            yield name


def _published_name(name: str, value: object) -> Entry:
    if not inspect.isclass(value) and not inspect.isfunction(value):
        return {"signature": f"{name} = {value!r}", "summary": ""}
    return {"signature": _signature(value), "summary": _summary(value)}


def _published(module: Module, kernel: Kernel) -> list[Entry]:
    """List the events that the module publishes."""
    return [
        {"name": name, "signature": _signature(event), "summary": _summary(event)}
        for name, event in sorted(kernel.events.items())
        if event.publisher() == module.name
    ]


def _listeners(module: Module, kernel: Kernel) -> list[Entry]:
    """List the events that the module listens to, and what it does then."""
    return [
        {
            "event": name,
            "function": each.function.__name__,
            "summary": _summary(each.function),
        }
        for name, subscriptions in sorted(kernel.subscriptions.items())
        for each in subscriptions
        if each.module == module.name
    ]


def _tables(models: ModuleType | None) -> list[Entry]:
    """List the tables that are the module's own."""
    if models is None:
        return []
    summaries = {
        mapper.local_table.name: _summary(mapper.class_)
        for mapper in models.Base.registry.mappers
    }
    return [
        {
            "name": table.name,
            "columns": [column.name for column in table.columns],
            "summary": summaries.get(table.name, ""),
        }
        for table in sorted(models.Base.metadata.tables.values(), key=lambda t: t.name)
    ]


def _routes(app: Flask, module: Module) -> list[Entry]:
    """List the module's routes, and in one entry those of each library it serves."""
    own: list[Entry] = []
    others: dict[str, list[Rule]] = {}
    for rule in app.url_map.iter_rules():
        blueprint = rule.endpoint.partition(".")[0]
        if blueprint == module.name:
            own.append(_route(app, rule))
        elif rule.rule.startswith(f"{module.url_prefix}/"):
            others.setdefault(blueprint, []).append(rule)
    libraries = [_library(app, *each) for each in sorted(others.items())]
    return sorted(own, key=lambda route: (route["url"], route["methods"])) + libraries


def _route(app: Flask, rule: Rule) -> Entry:
    is_file = rule.endpoint.endswith(".static")
    view = app.view_functions[rule.endpoint]
    summary = "Its static files." if is_file else _summary(view)
    return {"methods": _methods([rule]), "url": rule.rule, "summary": summary}


def _library(app: Flask, blueprint: str, rules: list[Rule]) -> Entry:
    summary = f"{len(rules)} routes of the blueprint {blueprint}."
    prefix = app.blueprints[blueprint].url_prefix
    return {"methods": _methods(rules), "url": f"{prefix}/...", "summary": summary}


def _methods(rules: Iterable[Rule]) -> list[str]:
    """Return the methods; HEAD and OPTIONS are Flask's own."""
    methods = {method for rule in rules for method in rule.methods or ()}
    return sorted(methods - {"HEAD", "OPTIONS"})


def _signature(value: type[Any] | Listener) -> str:
    """Return how to call a function or build a dataclass, as its source says it."""
    source = textwrap.dedent(inspect.getsource(value))
    node = ast.parse(source).body[0]
    if isinstance(node, ast.FunctionDef):
        returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
        return f"{node.name}({ast.unparse(node.args)}){returns}"
    assert isinstance(node, ast.ClassDef)
    if not is_dataclass(value):
        return node.name
    fields = [
        f"{ast.unparse(each.target)}: {ast.unparse(each.annotation)}"
        for each in node.body
        if isinstance(each, ast.AnnAssign)
    ]
    return f"{node.name}({', '.join(fields)})"


def _summary(value: object) -> str:
    """Return the first paragraph of the docstring, on one line."""
    paragraph = (inspect.getdoc(value) or "").partition("\n\n")[0]
    return " ".join(paragraph.split())


if __name__ == "__main__":
    modules = describe(import_module("app").create_app(EVERYTHING))
    print(json.dumps({"modules": modules}, indent=2))
