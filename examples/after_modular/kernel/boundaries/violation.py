"""What a rule finds, and how it is told: one line that says what to do instead."""

from typing import NamedTuple


class Finding(NamedTuple):
    """A place that breaks a rule.

    :param file: the path of the file, as seen from ``app.py``.
    :param line: the number of its line, from 1.
    :param what: what is wrong there; the same each time, wherever the line moves.
    :param instead: what to do about it, in a sentence.
    """

    file: str
    line: int
    what: str
    instead: str


class Violation(NamedTuple):
    """A finding with the name of the rule."""

    file: str
    line: int
    what: str
    instead: str
    rule: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.rule}: {self.what}. {self.instead}"

    @property
    def key(self) -> str:
        """The violation without its line number, which moves with every edit."""
        return f"{self.rule}: {self.file}: {self.what}"
