"""Compare a pinned requirements file with what its .in file needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def spare(folder: Path, file: str) -> set[str]:
    """Return the packages of ``file.txt`` that nothing in ``file.in`` needs."""
    return _pinned(folder / f"{file}.txt") - _needed(folder / f"{file}.in")


def missing(folder: Path, file: str) -> set[str]:
    """Return the packages that ``file.in`` needs and ``file.txt`` does not pin."""
    return _needed(folder / f"{file}.in") - _pinned(folder / f"{file}.txt")


def _pinned(file: Path) -> set[str]:
    lines = re.findall(r"^\w[^\\\n]*", file.read_text("utf-8"), re.MULTILINE)
    return {name for name, _ in _applicable(map(Requirement, lines))}


def _declared(file: Path) -> list[Requirement]:
    found = []
    for line in file.read_text("utf-8").splitlines():
        text = line.partition("#")[0].strip()
        if text.startswith("-r "):
            found += _declared(file.parent / text.removeprefix("-r "))
        elif text:
            found.append(Requirement(text))
    return found


def _needed(file: Path) -> set[str]:
    """Return the packages that a file needs, directly or not, on this machine."""
    seen: set[tuple[str, str]] = set()
    left = [
        (name, extra)
        for name, extras in _applicable(_declared(file))
        for extra in ("", *extras)
    ]
    while left:
        name, extra = left.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        for needed, extras in _applicable(
            map(Requirement, requires(name) or ()), extra
        ):
            left += [(needed, each) for each in ("", *extras)]
    return {name for name, _ in seen}


def _applicable(
    requirements: Iterable[Requirement], extra: str = ""
) -> Iterator[tuple[str, set[str]]]:
    """Yield the packages whose markers hold here, with their extras."""
    for each in requirements:
        if not each.marker or each.marker.evaluate({"extra": extra}):
            yield canonicalize_name(each.name), each.extras
