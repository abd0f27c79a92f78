"""A violation: where a rule is broken, and how to fix it."""

from typing import NamedTuple

from kernel.exceptions import with_page


class Finding(NamedTuple):
    """A place that breaks a rule.

    :param file: the path of the file, relative to ``app.py``.
    :param line: the number of its line, from 1.
    :param what: what is wrong there; it does not change when the line moves.
    :param fix: how to fix it, in a sentence.
    """

    file: str
    line: int
    what: str
    fix: str


class Violation(NamedTuple):
    """A finding with the name and the code of its rule."""

    file: str
    line: int
    what: str
    fix: str
    rule: str

    def __str__(self) -> str:
        return with_page(self.message, self.code)

    @property
    def code(self) -> str:
        """The code of the rule, which names its page."""
        return CODES[self.rule]

    @property
    def message(self) -> str:
        """Where the rule is broken, and how to fix it."""
        return f"{self.file}:{self.line}: {self.rule}: {self.what}. {self.fix}"

    @property
    def key(self) -> str:
        """The violation without its line number, which moves with every edit."""
        return f"{self.rule}: {self.file}: {self.what}"


# The codes stay as they are, whatever becomes of the names.
CODES = {
    "kernel": "B01",
    "imports": "B02",
    "interfaces": "B03",
    "declared": "B04",
    "boxes": "B05",
    "cycles": "B06",
    "templates": "B07",
    "endpoints": "B08",
    "tables": "B09",
    "settings": "B10",
    "hooks": "B11",
    "names": "B12",
    "events": "B13",
    "state": "B14",
    "baseline": "B99",
}
