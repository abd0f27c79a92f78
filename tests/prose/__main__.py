"""Report wordings to replace that are not in the baseline."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from .check import Exemption, Violation, all_violations, read_exemptions

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
BASELINE = FOLDER / "baseline.json"
EXCEPTIONS = FOLDER / "exceptions.toml"
REWRITE = "nox -s lint -- --baseline"


def report(
    violations: list[Violation],
    exemptions: list[Exemption],
    baseline: dict[str, int],
) -> Iterator[str]:
    """Yield a line for each problem.

    Args:
        violations: everything that was found, without what is exempt.
        exemptions: those that cover nothing.
        baseline: the number of violations that each file may have.
    """
    for unused in exemptions:
        yield (
            f"{EXCEPTIONS.relative_to(ROOT).as_posix()}: the exception for "
            f"{unused.found!r} in {unused.path} matches nothing. Remove it."
        )
    counts = Counter(violation.path for violation in violations)
    for path, count in sorted(counts.items()):
        if count > baseline.get(path, 0):
            yield from (str(each) for each in violations if each.path == path)
            yield f"{path} has {count}; its baseline is {baseline.get(path, 0)}."


def read_baseline(path: Path) -> dict[str, int]:
    """Read the number of violations that each file may have.

    Raises:
        ValueError: if the file is not JSON, for example after a merge conflict.
    """
    try:
        counts: dict[str, int] = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise ValueError(
            f"{path}: {error}. After a merge conflict keep one side, and run {REWRITE}."
        ) from error
    return counts


def new_baseline(
    violations: list[Violation], baseline: dict[str, int]
) -> dict[str, int]:
    """Return today's number of violations by file.

    Raises:
        ValueError: if there are more of them than before.
    """
    counts = Counter(violation.path for violation in violations)
    if baseline and counts.total() > sum(baseline.values()):
        raise ValueError(
            f"The baseline may only shrink: it allows {sum(baseline.values())} "
            f"violations, and there are {counts.total()}. Fix the new ones."
        )
    return dict(sorted(counts.items()))


def main() -> int:
    """Run the linter; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.prose", description=__doc__)
    parser.add_argument("--all", action="store_true", help="ignore the baseline")
    parser.add_argument("--baseline", action="store_true", help="rewrite the baseline")
    options = parser.parse_args()

    baseline: dict[str, int] = {}
    if BASELINE.exists() and not options.all:
        baseline = read_baseline(BASELINE)
    exemptions = read_exemptions(EXCEPTIONS)
    found = all_violations(ROOT)
    violations = [v for v in found if not any(e.covers(v) for e in exemptions)]
    unused = [e for e in exemptions if not any(e.covers(v) for v in found)]

    if options.baseline:
        text = json.dumps(new_baseline(violations, baseline), indent=2)
        BASELINE.write_text(text + "\n", encoding="utf-8")
        return 0
    problems = list(report(violations, unused, baseline))
    for problem in problems:
        print(problem)
    allowed = sum(baseline.values())
    if not problems and len(violations) < allowed:
        print(f"{len(violations)} of {allowed} violations are left: run {REWRITE}.")
    return 1 if problems else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ValueError as error:  # a file that can't be read, or a larger baseline
        sys.exit(str(error))
