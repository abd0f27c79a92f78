"""``flask agents``: the guide for coding agents, from the manifests and the code."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from ..boundaries.rules import RULES
from ..events import Event
from ..extension_points import ExtensionPoint
from ..interfaces import published_functions
from ..manifest import Module
from ..runtime import Kernel
from .create import render
from .errors import ScaffoldingError
from .project import Project

FILE = "AGENTS.md"


@click.command()
@click.option("--check", is_flag=True, help="Fail if AGENTS.md is out of date.")
@with_appcontext
def agents(check: bool) -> None:
    """Write AGENTS.md, the guide for coding agents, from the manifests."""
    project = Project.of(current_app)
    file = project.root / FILE
    text = _text(project)
    if not check:
        file.write_text(text, encoding="utf-8")
        click.echo(f"Wrote {FILE}.")
    elif not file.exists() or file.read_text(encoding="utf-8") != text:
        raise ScaffoldingError(
            f"{FILE} is out of date. Run `flask agents`.",
            error="agents-file-out-of-date",
        )


@dataclass(frozen=True)
class Described:
    """What the guide says about one module."""

    manifest: Module
    folder: str
    functions: list[str]
    events: list[str]
    listeners: list[str]
    commands: list[str]


def _text(project: Project) -> str:
    """Return the text of the guide."""
    kernel = Kernel.of(project.app)
    return render(
        "agents/AGENTS.md.jinja",
        modules=[_described(project, each) for each in _by_name(project.found)],
        points=[_point(each) for each in kernel.extension_points],
        rules={name: _first_line(inspect.getmodule(r)) for name, r in RULES.items()},
        commands=[
            _command(command)
            for command in _commands(project)
            if not any(_is_of(module, command) for module in project.found.values())
        ],
        tested=project.shown(next(iter(project.found.values())).path),
    )


def _by_name(found: dict[str, Module]) -> Iterator[Module]:
    return (found[name] for name in sorted(found))


def _described(project: Project, module: Module) -> Described:
    return Described(
        manifest=module,
        folder=project.shown(module.path),
        functions=list(_functions(module.part("api"))),
        events=list(_events(module.part("events"))),
        listeners=list(_listeners(module.part("listeners"))),
        commands=[_command(c) for c in _commands(project) if _is_of(module, c)],
    )


def _functions(api: ModuleType | None) -> Iterator[str]:
    for name, function in published_functions(api).items() if api else ():
        yield f"`{name}{_signature(function)}`: {_first_line(function)}"


def _events(file: ModuleType | None) -> Iterator[str]:
    for name, value in vars(file).items() if file else ():
        if (
            isinstance(value, type)
            and issubclass(value, Event)
            and value.__module__ == getattr(file, "__name__", "")
        ):
            fields = ", ".join(inspect.signature(value).parameters)
            yield f"`{name}({fields})`: {_first_line(value)}"


def _listeners(file: ModuleType | None) -> Iterator[str]:
    for name, value in vars(file).items() if file else ():
        if inspect.isfunction(value) and (event := getattr(value, "listens_to", "")):
            yield f"`{name}` on `{event}`"


def _commands(project: Project) -> list[click.Command]:
    return [command for _, command in sorted(project.app.cli.commands.items())]


def _is_of(module: Module, command: click.Command) -> bool:
    defined_in = getattr(command.callback, "__module__", "")
    return f"{defined_in}.".startswith(f"{module.import_name}.")


def _command(command: click.Command) -> str:
    return f"`flask {command.name}`: {command.get_short_help_str(limit=100)}"


def _point(point: ExtensionPoint[Any]) -> dict[str, Any]:
    return {
        "name": point.name,
        "summary": _first_line(point.protocol),
        "functions": [
            name + re.sub(r"\(self(, )?", "(", _signature(function))
            for name, function in vars(point.protocol).items()
            if inspect.isfunction(function) and not name.startswith("_")
        ],
    }


def _signature(function: Callable[..., Any]) -> str:
    """Return a signature without the packages of its types."""
    return re.sub(r"\b(?:[a-z_]\w*\.)+", "", str(inspect.signature(function)))


def _first_line(documented: object) -> str:
    """Return the first line of a docstring, as Markdown."""
    line = (inspect.getdoc(documented) or "").partition("\n")[0]
    return line.replace("``", "`")
