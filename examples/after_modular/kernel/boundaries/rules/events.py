"""An event is published by the module that defines it, and has plain values.

A listener trusts that ``auth.UserDeleted`` comes from auth. A signal that two
modules share by its name is an event without a contract.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

from ..project import Project
from ..source.program import Text
from ..source.python import PythonFile
from ..violation import Finding


def check(project: Project) -> Iterator[Finding]:
    """Yield each event that is published for another module, or carries an object."""
    shared: dict[str, list[Text]] = defaultdict(list)
    for file in project.program.files.values():
        place = project.place(file)
        if place.kind not in ("module", "web") or place.part == "tests":
            continue
        for node in file.nodes:
            if isinstance(node, ast.ClassDef):
                yield from _derived(project, file, node)
            if isinstance(node, ast.Call):
                yield from _published(project, file, node)
                names = project.program.resolve(file, node.func)
                if any(
                    n.startswith("blinker.") and n.endswith("signal") for n in names
                ):
                    for text in project.program.texts(
                        file, node.args[0] if node.args else None
                    ):
                        shared[text.text].append(text)
        if place.module and file.name == f"{place.module.import_name}.events":
            yield from _fields(project, file)
    for name, texts in shared.items():
        first = project.place(texts[0].file)
        for text in texts:
            place = project.place(text.file)
            if place != first:
                what = f"{place} shares the signal {name!r} with {first}"
                yield Finding(
                    text.file.file,
                    text.line,
                    what,
                    "Publish an event, and listen to it.",
                )


def _published(project: Project, file: PythonFile, call: ast.Call) -> Iterator[Finding]:
    names = project.program.resolve(file, call.func)
    if not any(project.program.canonical(n) == "kernel.events.publish" for n in names):
        return
    place = project.place(file)
    for argument in [*call.args[:1], *(k.value for k in call.keywords)]:
        for name in project.program.resolve(file, argument):
            target = project.places.of_name(
                project.program.canonical(name.replace("()", ""))
            )
            other = target.module if target else None
            if other and other is not place.module:
                event = name.replace("()", "").rpartition(".")[2]
                what = f"{place} publishes {event}, an event of {other.name}"
                fix = f"Call the api of {other.name}, which publishes its own events."
                yield Finding(file.file, call.lineno, what, fix)


def _derived(
    project: Project, file: PythonFile, node: ast.ClassDef
) -> Iterator[Finding]:
    """Yield a class that derives from an event of another module."""
    for base in node.bases:
        for name in project.program.resolve(file, base):
            target = project.places.of_name(name)
            own = project.place(file).module
            other = target.module if target else None
            if other and other is not own and ".events." in name:
                what = f"{node.name} derives from an event of {other.name}"
                fix = "Define an event of your own."
                yield Finding(file.file, node.lineno, what, fix)


def _fields(project: Project, file: PythonFile) -> Iterator[Finding]:
    for node in file.nodes:
        if isinstance(node, ast.AnnAssign) and file.class_of(node):
            for each in ast.walk(node.annotation):
                for name in (
                    project.program.resolve(file, each)
                    if isinstance(each, ast.Name | ast.Attribute)
                    else ()
                ):
                    if ".models." in project.program.canonical(name) or name.startswith(
                        "sqlalchemy."
                    ):
                        what = f"an event carries {name}"
                        yield Finding(
                            file.file, node.lineno, what, "Carry ids and plain values."
                        )
