"""Test one module in isolation: ``python -m kernel.testing.alone modules/auth``.

It runs the module's tests and then checks what the process has imported: any code of
another module, other than what that one publishes, is an error.
"""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

# The manifest, the interface, the events and the fake.
PUBLISHED = ("__init__", "api", "events", "fake")


def foreign_files(own: Path, modules: Path, files: Iterable[Path]) -> list[Path]:
    """Return the files that are unpublished code of modules other than ``own``.

    :param own: the folder of the module that is tested.
    :param modules: the folder of all modules.
    :param files: the files that were imported.
    """
    return sorted(
        file
        for file in files
        if file.is_relative_to(modules)
        and not file.is_relative_to(own)
        and file.stem not in PUBLISHED
    )


def imported_files() -> list[Path]:
    """Return the files that this process has imported."""
    modules = list(sys.modules.values())
    files = (getattr(module, "__file__", None) for module in modules)
    return [Path(file) for file in files if file]


def main() -> int:
    """Test a module; return pytest's exit code, or 1 for an import of foreign code."""
    parser = argparse.ArgumentParser(
        prog="python -m kernel.testing.alone",
        description="Run it in the folder of app.py; other options are pytest's.",
    )
    parser.add_argument("module", help="the module's folder, such as modules/auth")
    arguments, options = parser.parse_known_args()
    exit_code = pytest.main([arguments.module, *options])
    root = Path.cwd()
    foreign = foreign_files(
        Path(arguments.module).resolve(), root / "modules", imported_files()
    )
    for file in foreign:
        print(
            f"{file.relative_to(root)} was imported, and belongs to another module. "
            "Import what that module publishes: its api or its events."
        )
    return exit_code or bool(foreign)


if __name__ == "__main__":
    sys.exit(main())
