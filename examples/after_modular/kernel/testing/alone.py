"""Whether a module is tested alone: ``python -m kernel.testing.alone modules/billing``.

Runs the tests of one module, and then looks at what the process has imported: any
code of another module, other than what is published, makes it fail.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from .boot import ROOT

# The manifest, the events, the stand-in, and the plain values that it shares with
# the api.
PUBLISHED = ("__init__", "events", "stand_in", "values")


def foreign_files(own: Path, files: Iterable[Path]) -> list[Path]:
    """Return the files that are code of other modules than the one in ``own``."""
    return sorted(
        file
        for file in files
        if file.is_relative_to(ROOT / "modules")
        and not file.is_relative_to(own)
        and file.stem not in PUBLISHED
    )


def imported_files() -> list[Path]:
    """Return the files that this process has imported."""
    modules = list(sys.modules.values())
    files = (getattr(module, "__file__", None) for module in modules)
    return [Path(file) for file in files if file]


def main(path: str) -> int:
    """Test the module in the folder ``path``; return pytest's exit code, or 1."""
    exit_code = pytest.main([path])
    foreign = foreign_files(Path(path).resolve(), imported_files())
    for file in foreign:
        print(f"{file.relative_to(ROOT)} was imported, and belongs to another module.")
    return exit_code or bool(foreign)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
