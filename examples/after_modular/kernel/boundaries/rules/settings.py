"""A setting belongs to one module or layer; others do not read it.

A module declares its settings in ``settings.py`` and reads them with
``Settings.current()``, so it can rename them, and a reader sees what has to be set for
the module to work. The settings of the app as a whole, in ``config.py``, are open to
all modules. The environment is read through settings only.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..guard.registrations import problems
from ..project import Project
from ..source.python import PythonFile
from ..violation import Finding

READS = {"get", "pop", "setdefault", "__getitem__"}
CHANGES = {"update", "from_mapping"}
# Facts about the machine, which are no settings of the app.
MACHINE = {
    *(
        "PATH",
        "HOME",
        "USER",
        "LANG",
        "TZ",
        "TMPDIR",
        "SHELL",
        "TERM",
        "PWD",
        "COLUMNS",
    ),
    *("PYTHONPATH", "VIRTUAL_ENV", "HOSTNAME", "EDITOR", "VISUAL", "LC_ALL", "CI"),
    *("NO_COLOR", "PYTEST_CURRENT_TEST", "SOURCE_DATE_EPOCH"),
}


def check(project: Project) -> Iterator[Finding]:
    """Yield each setting of another module, and each variable of the environment."""
    for module in project.modules.values():
        added = project.registrations[module.name]
        for rule, finding in problems(project.app, module, added):
            if rule == "settings":
                yield finding
    for file in project.program.files.values():
        place = project.place(file)
        if place.kind not in ("module", "web"):
            continue
        for node in file.nodes:
            for line, source, key in _read(project, file, node):
                if source == "config":
                    yield from _foreign(project, file.file, line, key)
                elif source == "changed":
                    yield from _changed(project, file.file, line, key)
                elif place.part != "tests":
                    yield from _environment(project, file.file, line, key)
    for template in project.templates:
        for line, name in template.names():
            first, _, key = name.partition(".")
            if first == "config" and "." not in key:
                yield from _foreign(project, template.file, line, key)


def _foreign(project: Project, file: str, line: int, key: str) -> Iterator[Finding]:
    owner = project.facts.settings.get(key)
    place = project.place(file)
    if owner and owner != place.name:
        what = f"{place} reads {key!r}, a setting of {owner}"
        fix = (
            f"Ask the api of {owner}, or declare a setting of your own."
            if owner in project.modules
            else "Declare a setting of your own in settings.py."
        )
        yield Finding(file, line, what, fix)


def _changed(project: Project, file: str, line: int, key: str) -> Iterator[Finding]:
    place = project.place(file)
    if place.part == "tests" or place.kind == "web":
        return
    if project.facts.settings.get(key) != place.name:
        what = f"{place} changes the setting {key!r}"
        fix = "Change it in config.py; a module only reads settings."
        yield Finding(file, line, what, fix)


def _environment(project: Project, file: str, line: int, key: str) -> Iterator[Finding]:
    if key not in MACHINE:
        what = f"{project.place(file)} reads {key!r} from the environment"
        fix = "Declare it in settings.py, and read Settings.current()."
        yield Finding(file, line, what, fix)


def _read(
    project: Project, file: PythonFile, node: ast.AST
) -> Iterator[tuple[int, str, str]]:
    """Yield line, source and key of each setting that a node reads or changes."""
    resolve, texts = project.program.resolve, project.program.texts
    match node:
        case ast.Subscript(value=value, slice=key, ctx=ctx):
            for source in _sources(resolve(file, value)):
                changed = source == "config" and not isinstance(ctx, ast.Load)
                for text in texts(file, key):
                    yield node.lineno, "changed" if changed else source, text.text
        case ast.Call(func=ast.Call(func=getter, args=[key]), args=[first]):
            if "operator.itemgetter" in resolve(file, getter):
                for source in _sources(resolve(file, first)):
                    for text in texts(file, key):
                        yield node.lineno, source, text.text
        case ast.Call(func=function, args=[first, *_]):
            for name in resolve(file, function):
                base, _, method = name.rpartition(".")
                if name == "os.getenv":
                    base, method = "os.environ", "get"
                for source in _sources({base}):
                    if method in READS:
                        for text in texts(file, first):
                            yield node.lineno, source, text.text
                    elif method == "get_namespace":
                        for text in texts(file, first):
                            for name_ in project.facts.settings:
                                if name_.startswith(text.text):
                                    yield node.lineno, source, name_
                    elif method in CHANGES and isinstance(first, ast.Dict):
                        for given in first.keys:
                            for text in texts(file, given):
                                yield node.lineno, "changed", text.text
        case ast.Call(func=function, keywords=keywords) if keywords:
            for name in resolve(file, function):
                base, _, method = name.rpartition(".")
                if method in CHANGES and "config" in _sources({base}):
                    for keyword in keywords:
                        if keyword.arg:
                            yield node.lineno, "changed", keyword.arg
        case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()], comparators=[right]):
            for source in _sources(resolve(file, right)):
                for text in texts(file, left):
                    yield node.lineno, source, text.text


def _sources(names: set[str] | frozenset[str]) -> set[str]:
    found = set()
    for name in names:
        base, _, last = name.rpartition(".")
        if name in ("os.environ", "dotenv.dotenv_values()"):
            found.add("environment")
        elif last == "config" and base.rpartition(".")[2] in (
            "Flask()",
            "app",
            "current_app",
        ):
            found.add("config")
    return found
