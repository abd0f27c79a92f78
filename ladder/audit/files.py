"""Find and read the files of a codebase."""

import codecs
import io
import os
import stat
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

MAX_BYTES = 2_000_000
SKIPPED = {"__pycache__", "node_modules", "site-packages"}
# These are skipped unless they are Python packages.
OUTPUT = {"build", "dist", "htmlcov"}
TESTS = {"test", "tests"}
TEMPLATE_SUFFIXES = {".htm", ".html", ".j2", ".jinja", ".jinja2", ".txt", ".xml"}


class PathError(Exception):
    """The path can't be audited."""


@dataclass(frozen=True)
class Source:
    """A file that was read.

    :param file: the path from the root, with slashes.
    """

    file: str
    text: str

    @property
    def folder(self) -> str:
        """The folder of the file; empty for the root."""
        return self.file.rpartition("/")[0]


@dataclass(frozen=True, order=True)
class Note:
    """Something that the audit could not read or understand."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        """Return the note with its place, if it has one."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.text}" if place else self.text


@dataclass
class Codebase:
    """The files of a codebase, by what they are for."""

    root: Path
    python: list[Source] = field(default_factory=list)
    sql: list[Source] = field(default_factory=list)
    markup: list[Source] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def read_codebase(path: Path) -> Codebase:
    """Read a folder, or a single file together with the templates beside it.

    :raises PathError: the path does not exist, or is neither a folder nor Python.
    """
    try:
        resolved = path.resolve()
        mode = resolved.stat().st_mode
    except (OSError, RuntimeError) as error:
        raise PathError(f"{path} can't be read: {error}.") from error
    if stat.S_ISDIR(mode):
        codebase = Codebase(resolved)
        paths = _walk(codebase, resolved)
    elif stat.S_ISREG(mode) and resolved.suffix == ".py":
        codebase = Codebase(resolved.parent)
        paths = _single(codebase, resolved)
    else:
        raise PathError(f"{path} is neither a folder nor a Python file.")
    for each in paths:
        _read(codebase, each)
    return codebase


def _single(codebase: Codebase, path: Path) -> Iterator[Path]:
    yield path
    templates = path.parent / "templates"
    if templates.is_dir():
        yield from _walk(codebase, templates)
    text = "Only this file and its templates were read. Audit the folder for the rest."
    codebase.notes.append(Note(path.name, 0, text))


def _walk(codebase: Codebase, top: Path) -> Iterator[Path]:
    """Yield the regular files to read; links are not followed."""

    def refuse(error: OSError) -> None:
        place = Path(error.filename).relative_to(codebase.root).as_posix()
        codebase.notes.append(Note(place, 0, f"can't be read: {error.strerror}"))

    tests = 0
    for folder, folders, files in os.walk(top, onerror=refuse):
        here = Path(folder)
        for name in sorted(folders):
            if (here / name).is_symlink():
                place = (here / name).relative_to(codebase.root).as_posix()
                codebase.notes.append(Note(place, 0, "symbolic link, not followed"))
        tests += sum(name in TESTS for name in folders)
        folders[:] = sorted(name for name in folders if _is_wanted(here / name))
        for name in sorted(files):
            if name.startswith("test_") or name in {"conftest.py", "tests.py"}:
                tests += name.endswith(".py")
            elif Path(name).suffix in {".py", ".sql", *TEMPLATE_SUFFIXES}:
                yield here / name
    if tests:
        codebase.notes.append(Note("", 0, "Tests and their folders were not read."))


def _is_wanted(folder: Path) -> bool:
    name = folder.name
    if name in SKIPPED or name in TESTS or name.startswith(".") or folder.is_symlink():
        return False
    try:
        if (folder / "pyvenv.cfg").exists():
            return False
        if name in {"migrations", "alembic"}:
            return not any((folder / each).exists() for each in ("env.py", "versions"))
        return name not in OUTPUT or (folder / "__init__.py").exists()
    except OSError:
        return True  # os.walk reports it


def _read(codebase: Codebase, path: Path) -> None:
    file = path.relative_to(codebase.root).as_posix()
    is_python = path.suffix == ".py"
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            return
        if status.st_size > MAX_BYTES:
            text = f"skipped: {status.st_size:,} bytes, the limit is {MAX_BYTES:,}"
            codebase.notes.append(Note(file, 0, text))
            return
        data = path.read_bytes()
    except OSError as error:
        codebase.notes.append(Note(file, 0, f"can't be read: {error.strerror}"))
        return
    text, problem = decode(data, is_python)
    if problem:
        codebase.notes.append(Note(file, 0, problem))
    if path.suffix == ".sql":
        codebase.sql.append(Source(file, text))
    elif is_python:
        codebase.python.append(Source(file, text))
    else:
        codebase.markup.append(Source(file, text))


def decode(data: bytes, is_python: bool) -> tuple[str, str]:
    """Return the text of a file, and what was wrong with its encoding, or nothing."""
    encoding = "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    problem = ""
    try:
        if is_python and encoding != "utf-16":
            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding), ""
    except (SyntaxError, UnicodeDecodeError, LookupError):
        problem = "is neither UTF-8 nor in a declared encoding; read as Latin-1"
    return data.decode("latin-1"), problem
