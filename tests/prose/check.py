"""Find wordings to replace in the text files that Git tracks."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, String, is_token_subtype

from .terms import GAP, TERMS, any_of

# Generated files, texts by others, and this linter, which names what it looks for.
SKIPPED = (
    "*.json",
    "*.svg",
    "*/vendor/*",
    "*requirements*.txt",
    "generator/licences/*",
    "requirements/*",
    "tests/prose/*",
)
READ = (Comment, String)  # of Python
LITERAL = re.compile(r"(?<!`)(`{1,2})(?!`)[^`\n]+\1(?!`)")
SPELLING = re.compile(r"(?P<path>.+?):(?P<line>\d+): (?P<found>.+) ==> (?P<write>.+)")
MISSPELLED = 65  # codespell's exit code when it has found something
TERM = any_of(TERMS)


@dataclass(frozen=True)
class Violation:
    """A wording to replace, and where it is."""

    path: str
    line: int
    found: str
    write: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.found!r}: write {self.write}"


@dataclass(frozen=True)
class Exemption:
    """A wording that is right in some files; ``path`` may hold wildcards."""

    path: str
    found: str
    reason: str

    def covers(self, violation: Violation) -> bool:
        """Return whether the wording is right where it was found."""
        same = self.found.casefold() == violation.found.casefold()
        return same and fnmatchcase(violation.path, self.path)


def text_files(root: Path) -> list[str]:
    """Return the paths of the tracked text files to check, relative to ``root``."""
    command = ["git", "grep", "-I", "--name-only", "-z", "-e", ""]
    listed = subprocess.run(
        command, cwd=root, capture_output=True, text=True, check=True
    )
    paths = listed.stdout.rstrip("\0").split("\0")
    return [path for path in paths if not any(fnmatchcase(path, s) for s in SKIPPED)]


def all_violations(root: Path) -> list[Violation]:
    """Return what is to be replaced in the files below ``root``, file by file."""
    paths = text_files(root)
    found = list(misspellings(root, paths))
    for path in paths:
        found += wrong_terms(path, (root / path).read_text(encoding="utf-8"))
    return sorted(found, key=lambda violation: (violation.path, violation.line))


def wrong_terms(path: str, text: str) -> Iterator[Violation]:
    """Yield the terms to replace in the text of one file."""
    if TERM.search(text) is None:  # most files: reading Python takes much longer
        return
    text = prose(path, text)
    for match in TERM.finditer(text):
        found = re.sub(GAP, " ", match[0])
        around = text[match.start() - 1 : match.start()] + text[match.end() :][:1]
        if not is_name(found, around):
            line = text.count("\n", 0, match.start()) + 1
            assert match.lastgroup is not None  # every alternative is a group
            write = TERMS[int(match.lastgroup.removeprefix("t"))].write
            yield Violation(path, line, found, write)


def is_name(found: str, around: str) -> bool:
    """Return whether a string holds nothing else, as the key of a mapping does."""
    return found.islower() and " " not in found and around in ("''", '""')


def prose(path: str, text: str) -> str:
    """Blank what is code: most of a Python file, and what stands between backticks."""
    if path.removesuffix(".copier").removesuffix(".jinja").endswith(".py"):
        text = "".join(
            value
            if any(is_token_subtype(kind, read) for read in READ)
            else blank(value)
            for _, kind, value in PythonLexer().get_tokens_unprocessed(text)
        )
    return LITERAL.sub(lambda match: blank(match[0]), text)


def blank(code: str) -> str:
    """Replace the code by spaces, so that every other character keeps its place."""
    return re.sub(r"\S", " ", code)


def misspellings(root: Path, paths: Iterable[str]) -> Iterator[Violation]:
    """Yield what codespell reports; its settings are in pyproject.toml."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = Path(folder, "paths")
        arguments.write_text("\n".join(map(shlex.quote, paths)), encoding="utf-8")
        command = [sys.executable, "-m", "codespell_lib", f"@{arguments}"]
        result = subprocess.run(
            command, cwd=root, capture_output=True, text=True, check=False
        )
    if result.returncode not in (0, MISSPELLED):
        raise RuntimeError(f"codespell failed: {result.stdout}{result.stderr}")
    for line in result.stdout.splitlines():
        match = SPELLING.fullmatch(line)
        if match is None:
            raise RuntimeError(f"codespell printed an unknown line: {line}")
        yield Violation(
            match["path"], int(match["line"]), match["found"], match["write"]
        )


def read_exemptions(path: Path) -> list[Exemption]:
    """Read the list of exceptions.

    Raises:
        ValueError: if an entry has not exactly a path, a wording and a reason.
    """
    tables = tomllib.loads(path.read_text(encoding="utf-8")).get("exception", [])
    for table in tables:
        if {*table} != {"path", "found", "reason"}:
            raise ValueError(
                f"{path}: an exception needs path, found and reason, and has "
                f"{', '.join(table)}."
            )
    return [Exemption(**table) for table in tables]
