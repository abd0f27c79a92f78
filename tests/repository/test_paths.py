"""Every tracked path can be checked out on Windows, macOS and Linux."""

from __future__ import annotations

import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator

import pytest

from tests.terminal import ROOT

# Windows refuses these characters in names; a backslash separates folders there.
RESERVED_CHARACTERS = frozenset('<>:"|?*\\')
# Windows refuses these names in every folder, with any extension.
RESERVED_NAMES = frozenset(
    ["con", "prn", "aux", "nul"]
    + [f"{device}{number}" for device in ("com", "lpt") for number in range(1, 10)]
)
# Windows allows 260 characters for a whole path; the rest is for the reader's folder.
LONGEST = 180


def tracked_paths() -> list[str]:
    """Return every path that Git tracks, separated by slashes."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return listed.stdout.rstrip("\0").split("\0")


def problems(paths: Iterable[str]) -> Iterator[str]:
    """Yield what prevents these paths from existing on every system."""
    spellings: dict[str, set[str]] = defaultdict(set)
    for path in paths:
        if len(path) > LONGEST:
            yield f"{path!r} has {len(path)} characters; at most {LONGEST} are allowed"
        parts = path.split("/")
        for depth, part in enumerate(parts, start=1):
            place = "/".join(parts[:depth])
            spellings[place.casefold()].add(place)
            yield from (f"{path!r}: {problem}" for problem in part_problems(part))
    for same in spellings.values():
        if len(same) > 1:
            yield f"{sorted(same)} differ only in upper and lower case"


def part_problems(part: str) -> Iterator[str]:
    """Yield what is wrong with the name of one file or folder."""
    if reserved := sorted(RESERVED_CHARACTERS & {*part}):
        yield f"{part!r} has reserved characters: {' '.join(reserved)}"
    if not part.isprintable():
        yield f"{part!r} has control characters"
    if part.split(".")[0].casefold() in RESERVED_NAMES:
        yield f"{part!r} is the name of a device on Windows"
    if part.endswith((" ", ".")):
        yield f"{part!r} ends in a space or a dot"


@pytest.mark.parametrize(
    ("paths", "problem"),
    [
        (["a/b|c.txt"], "reserved characters: |"),
        (["a:b/c.txt"], "reserved characters: :"),
        (["a\\b.txt"], "reserved characters: \\"),
        (["a\tb.txt"], "control characters"),
        (["aux.py"], "name of a device"),
        (["docs/NUL/index.rst"], "name of a device"),
        (["notes./a.txt"], "ends in a space or a dot"),
        (["notes "], "ends in a space or a dot"),
        (["README.md", "readme.md"], "differ only in upper and lower case"),
        (["Docs/a.rst", "docs/b.rst"], "differ only in upper and lower case"),
        (["a" * 181], "has 181 characters; at most 180"),
    ],
)
def test_a_path_that_is_not_portable_is_reported(
    paths: list[str], problem: str
) -> None:
    (reported,) = problems(paths)
    assert problem in reported


def test_every_tracked_path_is_portable() -> None:
    assert list(problems(tracked_paths())) == []
