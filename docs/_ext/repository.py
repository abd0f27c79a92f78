"""Find the repository's own files for the directives that show them."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata


class LookupFailed(ValueError):
    """A page names a file that does not exist; the message says how to fix it."""


def repository_root(env: BuildEnvironment) -> Path:
    """Return the folder that paths on a page are relative to."""
    return Path(env.srcdir, env.config.repository_root).resolve()


def locate(root: Path, given: str) -> Path:
    """Return the file or folder *given*, a path relative to *root*.

    Raise :exc:`LookupFailed` when it is absent or lies outside *root*.
    """
    found = (root / given).resolve()
    if not found.is_relative_to(root):
        raise LookupFailed(
            f"{given} is outside the repository. "
            "Give a path relative to the repository's root."
        )
    if not found.exists():
        raise LookupFailed(f"No such path: {given}. {_suggest(root, given)}")
    return found


def locate_file(root: Path, given: str) -> Path:
    """Return the file *given*; refuse a folder."""
    found = locate(root, given)
    if not found.is_file():
        raise LookupFailed(f"{given} is a folder. Name a file inside it.")
    return found


def locate_folder(root: Path, given: str) -> Path:
    """Return the folder *given*; refuse a file."""
    found = locate(root, given)
    if not found.is_dir():
        raise LookupFailed(f"{given} is a file. Name the folder that holds it.")
    return found


def _suggest(root: Path, given: str) -> str:
    parent = (root / given).parent
    if parent.is_dir() and parent.resolve().is_relative_to(root):
        names = [entry.name for entry in sorted(parent.iterdir())]
        close = get_close_matches(Path(given).name, names, n=1)
        if close:
            return f"Did you mean {(Path(given).parent / close[0]).as_posix()}?"
    return "Paths start at the repository's root."


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register where the repository begins."""
    app.add_config_value("repository_root", "..", "env", types=[str])
    return {"parallel_read_safe": True, "parallel_write_safe": True}
