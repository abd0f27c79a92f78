"""The baseline: a file of known violations that may only shrink.

An app that adopts the rules late has violations. They are listed once; from then on a
new one fails the check, and so does a line whose violation is fixed.
"""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from kernel.exceptions import with_page

from .violation import CODES, Violation

FILE = "known_violations.txt"
HEADER = """\
# Violations that `flask modules check` accepts. Fix them and remove their lines; add
# none.
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
    """Return a line for each new violation, and for each known one that is fixed."""
    accepted = Counter(key for _, key in known)
    problems = []
    for violation in violations:
        if accepted[violation.key]:
            accepted[violation.key] -= 1
        else:
            problems.append(str(violation))
    for number, key in known:
        if accepted[key]:
            accepted[key] -= 1
            problems.append(
                with_page(
                    f"{FILE}:{number}: baseline: this is fixed: {key}. "
                    "Remove the line.",
                    CODES["baseline"],
                )
            )
    return problems
