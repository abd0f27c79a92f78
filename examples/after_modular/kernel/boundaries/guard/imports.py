"""Imports at run time: by statement, by name or by ``exec``, from any caller."""

from __future__ import annotations

import builtins
import importlib
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from flask import has_app_context

from kernel.runtime import current_kernel

from ..policy import import_problem
from ..source.python import PythonFile
from .reports import report
from .watch import WATCH, Caller

OURS = ("modules", "kernel", "web", "app", "config")
BY_NAME = ("part", "import_module")  # of the kernel, on behalf of a module
_allowed: set[tuple[str, int, str]] = set()


@cache
def install() -> None:
    """Check each import of this process from now on."""
    importing = builtins.__import__
    bootstrap: Any = importlib._bootstrap
    by_name = bootstrap._gcd_import

    def __import__(
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        package = str((globals or {}).get("__package__") or "")
        is_ours = level or name.partition(".")[0] in OURS
        if is_ours and not package.startswith("kernel.boundaries"):
            base = _absolute(name, package, level)
            for each in fromlist or ("",):
                _check(f"{base}.{each}".rstrip("."))
        return importing(name, globals, locals, fromlist or (), level)

    def _gcd_import(name: str, package: str | None = None, level: int = 0) -> Any:
        if level or name.partition(".")[0] in OURS:
            _check(_absolute(name, package or "", level))
        return by_name(name, package, level)

    builtins.__import__ = __import__
    bootstrap._gcd_import = _gcd_import


def _absolute(name: str, package: str, level: int) -> str:
    if not level:
        return name
    parts = package.split(".")
    return ".".join([*parts[: len(parts) - level + 1], *([name] if name else [])])


def _check(name: str) -> None:
    """Report an import of ``name`` by the module at work, if it is not allowed."""
    frame = sys._getframe(2)
    key = (frame.f_code.co_filename, frame.f_lineno, name)
    if key in _allowed or WATCH.places is None:
        return
    by = WATCH.places.of_file(frame.f_code.co_filename)
    if by and by.name == "kernel.boundaries":
        return
    caller = WATCH.caller(web=True, skip=BY_NAME)
    if caller is None:
        return
    problem = import_problem(WATCH.places, caller.place, name, names=WATCH.kernel_names)
    if problem := problem or _absent(caller, name):
        report("imports", caller.file, caller.line, *problem)
    elif problem := _unpublished(caller, name):
        report("interfaces", caller.file, caller.line, *problem)
    elif frame.f_code.co_filename.endswith(caller.file):
        _allowed.add(key)


def _absent(caller: Caller, name: str) -> tuple[str, str] | None:
    """Return what is wrong with an import of a module that may be absent."""
    assert WATCH.places
    assert caller.place.module
    target = WATCH.places.of_name(name)
    other = target.module if target else None
    own = caller.place.module
    if other is None or other.name not in own.uses or caller.place.part == "tests":
        return None
    what = f"{own.name} imports {name}, and {other.name} may be absent"
    fix = f"Import it in a function, below if has_module({other.name!r})."
    if caller.function == "<module>":
        return what, fix
    active = not has_app_context() or other.name in current_kernel.active
    return None if active else (what, fix)


def _unpublished(caller: Caller, name: str) -> tuple[str, str] | None:
    """Return what is wrong with a name that an interface imports or keeps private."""
    assert WATCH.places
    target = WATCH.places.of_name(name)
    other = target.module if target else None
    if other is None or other is caller.place.module:
        return None
    part, _, rest = name.removeprefix(other.import_name).strip(".").partition(".")
    if not rest or other.name == caller.place.name:
        return None
    path = other.path / f"{part}.py"
    if path.exists() and rest.partition(".")[0] not in _public(str(path)):
        what = (
            f"{caller.place} imports {name}, which {other.name} does not define there"
        )
        return what, f"Publish a function for it in {other.import_name}.api."
    return None


@cache
def _public(path: str) -> frozenset[str]:
    from pathlib import Path

    file = PythonFile(Path(path), path)
    return frozenset(
        name
        for name, bindings in file.names.items()
        if not name.startswith("_") and any(b.kind != "import" for b in bindings)
    )
