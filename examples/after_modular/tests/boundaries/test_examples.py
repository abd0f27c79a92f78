"""Examples of violations are all reported, and legitimate code is not.

The folders ``violations`` and ``legitimate`` hold the examples, by topic. An example is
a file: a line ``--- path``, then its text. A comment such as ``# ! imports`` marks a
line where that rule has to report a violation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from .conftest import flask

HERE = Path(__file__).parent
MARK = re.compile(r" *(?:\{#|//|/\*|#) ! (\w+(?: \w+)*)(?: #\}| \*/)?$")
LINE = re.compile(r"([^:]+):(\d+): (\w+): .+\. .+\. \(errors/B\d\d\)$")
BINARY = {
    "modules/dashboard/templates/.DS_Store": b"\x00\x01\xff",
    "modules/dashboard/templates/dashboard/.DS_Store": b"\x00\x01\xff",
    "modules/dashboard/templates/dashboard/picture.png": b"\x89PNG\xff\xfe\x00",
    "modules/dashboard/templates/dashboard/latin.html": "caf\xe9".encode("latin-1"),
    "modules/dashboard/static/binary.js": b"\xff\xfe\x00",
    "modules/dashboard/latin.py": "# coding: latin-1\nX = 'caf\xe9'\n".encode(
        "latin-1"
    ),
}
Expected = set[tuple[str, int, str]]


def examples(topic: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the path and the lines of each example of a topic, a folder or files."""
    pattern = f"{topic}.txt" if "/" in topic else f"{topic}/*.txt"
    for file in sorted(HERE.glob(pattern)):
        for block in file.read_text("utf-8").split("--- ")[1:]:
            path, *lines = block.splitlines()
            yield path, lines


def write(copy: Path, topic: str) -> Expected:
    """Write the examples into a copy of the app; return what is to be reported."""
    expected: Expected = set()
    for path, lines in examples(topic):
        for number, line in enumerate(lines, start=1):
            if mark := MARK.search(line):
                expected |= {(path, number, rule) for rule in mark[1].split()}
        file = copy / path
        file.parent.mkdir(parents=True, exist_ok=True)
        text = "\n".join(MARK.sub("", line) for line in lines)
        file.write_text(text + "\n", "utf-8")
    return expected


def reported(copy: Path) -> list[str]:
    """Return the lines of ``flask modules check``."""
    code, lines = flask(copy, "modules", "check")
    return lines if code else []


def test_every_violation_is_reported_where_it_is(copy: Path) -> None:
    expected = write(copy, "violations")
    lines = reported(copy)
    found = {(m[1], int(m[2]), m[3]) for line in lines if (m := LINE.match(line))}
    assert sorted(expected - found) == []
    assert sorted(found - expected) == []
    assert len(expected) >= 300
    assert all(LINE.match(line) for line in lines)


def test_legitimate_code_is_not_reported(copy: Path) -> None:
    assert write(copy, "legitimate") == set()
    for path, content in BINARY.items():
        (copy / path).write_bytes(content)
    assert reported(copy) == []
    assert len(list(examples("legitimate"))) >= 120
