"""The command ``python -m ladder.audit``."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from .files import PathError
from .picture import draw
from .references import read_app
from .report import Report

EXIT_CODES = """\
exit codes: 0 the report was written; 1 no Flask app was found; 2 the path or an option
is wrong, or the picture can't be written
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Audit a codebase, and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m ladder.audit",
        description="Read a Flask app, without importing or changing it, and propose"
        " how to cut it into modules.",
        epilog=EXIT_CODES,
    )
    parser.add_argument("path", type=Path, help="a folder, or a single Python file")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="also draw a picture")
    options = parser.parse_args(arguments)
    try:
        report = Report(read_app(options.path))
    except PathError as error:
        parser.error(str(error))
    if options.json:
        print(json.dumps(report.data(), indent=2))
    else:
        print(report.text(), end="")
    if options.svg is not None:
        try:
            options.svg.write_text(draw(report), encoding="utf-8")
        except OSError as error:
            parser.error(f"{options.svg} can't be written: {error.strerror}.")
    return 0 if report.has_app else 1


if __name__ == "__main__":
    sys.exit(main())
