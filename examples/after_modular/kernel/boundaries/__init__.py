"""The checks: whether the modules keep what the architecture promises.

Each rule is a file in :mod:`kernel.boundaries.rules` that says why it is one. It is
given the :class:`Project` and yields what it finds; :func:`check` runs them all.
"""

from collections.abc import Iterator

from .project import Project, load
from .rules import RULES
from .violation import Finding, Violation

__all__ = ["RULES", "Finding", "Project", "Violation", "check", "load"]


def check(project: Project) -> list[Violation]:
    """Return every violation of every rule, in the order of the files."""
    return sorted(_violations(project))


def _violations(project: Project) -> Iterator[Violation]:
    for name, rule in RULES.items():
        for finding in rule(project):
            yield Violation(*finding, rule=name)
