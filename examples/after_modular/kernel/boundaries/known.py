"""The ratchet: known violations are listed in a file, and the file may only shrink.

An app that takes up the rules late has violations. They are listed once; from then on
a new one fails the check, and so does a line whose violation is gone.
"""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from .violation import Violation

FILE = "known_violations.txt"
HEADER = """\
# Violations that `flask modules check` tolerates. Mend them and remove their lines;
# none may be added.
"""


def read(file: Path) -> list[tuple[int, str]]:
    """Return the keys of the known violations, each with the number of its line."""
    if not file.exists():
        return []
    lines = enumerate(file.read_text("utf-8").splitlines(), start=1)
    return [(number, line) for number, line in lines if line and line[0] != "#"]


def write(file: Path, violations: Iterable[Violation]) -> None:
    """List the violations in the file."""
    lines = (f"{violation.key}\n" for violation in violations)
    file.write_text(HEADER + "".join(lines), "utf-8")


def compare(
    violations: Iterable[Violation], known: Iterable[tuple[int, str]]
) -> list[str]:
    """Return a line for each new violation, and for each known one that is gone."""
    tolerated = Counter(key for _, key in known)
    problems = []
    for violation in violations:
        if tolerated[violation.key]:
            tolerated[violation.key] -= 1
        else:
            problems.append(str(violation))
    for number, key in known:
        if tolerated[key]:
            tolerated[key] -= 1
            problems.append(
                f"{FILE}:{number}: ratchet: this is mended: {key}. Remove the line."
            )
    return problems
