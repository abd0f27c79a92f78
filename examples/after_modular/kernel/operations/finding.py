"""Findings: what ``flask doctor`` says of one thing that it looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["OK", "WARN", "FAIL"]


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's.

    :param level: ``FAIL`` for what keeps people from their work, ``WARN`` for what
        will some day.
    :param subject: what was looked at, in a word.
    :param seen: what was seen.
    :param fix: what to do about it; nothing for ``OK``.
    """

    level: Level
    subject: str
    seen: str
    fix: str = ""

    def __str__(self) -> str:
        line = f"{self.level:<5} {self.subject}: {self.seen}."
        return f"{line} {self.fix}" if self.fix else line
