"""Cut a piece out of a source file by what stands in it, never by line number."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from _ext.repository import LookupFailed

type_with_name = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def python_object(source: str, name: str) -> slice:
    """Return the lines of the object *name*, such as ``Class.method``.

    A function, class, method or assigned name is found, with its decorators.
    Raise :exc:`LookupFailed` when the source does not define it.
    """
    body: Sequence[ast.stmt] = ast.parse(source).body
    names: list[str] = []
    found: ast.stmt | None = None
    for part in name.split("."):
        definitions = _definitions(body)
        found = definitions.get(part)
        if found is None:
            known = ", ".join(definitions) or "nothing"
            where = ".".join(names) or "the file"
            raise LookupFailed(
                f"No object {name}: {where} defines {known}. "
                "Name one of these in :object:."
            )
        names.append(part)
        body = getattr(found, "body", [])
    assert found is not None
    decorators = getattr(found, "decorator_list", [])
    first = min([found.lineno, *(each.lineno for each in decorators)])
    return slice(first - 1, found.end_lineno)


def _definitions(body: Iterable[ast.stmt]) -> dict[str, ast.stmt]:
    found: dict[str, ast.stmt] = {}
    for statement in body:
        if isinstance(statement, type_with_name):
            found[statement.name] = statement
        elif isinstance(statement, ast.AnnAssign):
            found[ast.unparse(statement.target)] = statement
        elif isinstance(statement, ast.Assign):
            found |= {ast.unparse(target): statement for target in statement.targets}
    return found


def between(lines: Sequence[str], start: str | None, end: str | None) -> slice:
    """Return the lines from the one holding *start* to the one holding *end*.

    Both are included; without *start* the piece begins at the top, without
    *end* it goes to the bottom. *start* must stand on one line only.
    """
    first = 0
    if start is not None:
        hits = [number for number, line in enumerate(lines) if start in line]
        if len(hits) != 1:
            raise LookupFailed(
                f"{start!r} stands on {len(hits)} lines. "
                "Give a text in :from: that stands on exactly one."
            )
        first = hits[0]
    if end is None:
        return slice(first, len(lines))
    search = range(first if start is None else first + 1, len(lines))
    for number in search:
        if end in lines[number]:
            return slice(first, number + 1)
    raise LookupFailed(
        f"{end!r} does not follow. Give a text in :to: that stands below :from:."
    )


def matching_lines(lines: Sequence[str], texts: Iterable[str]) -> list[int]:
    """Return the numbers, from 1, of the lines that hold one of *texts*.

    Raise :exc:`LookupFailed` for a text that no line holds.
    """
    numbers: set[int] = set()
    for text in texts:
        hits = {number for number, line in enumerate(lines, 1) if text in line}
        if not hits:
            raise LookupFailed(
                f"Nothing to highlight: {text!r} is not in the lines shown. "
                "Correct the text in :highlight:."
            )
        numbers |= hits
    return sorted(numbers)
