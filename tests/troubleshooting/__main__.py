"""Write the errors that the cases print: ``python -m tests.troubleshooting [NAME]``."""

import sys
import tempfile
from pathlib import Path

from .case import cases

for case in [*cases("flask"), *cases("modular")]:
    if case.name in sys.argv[1:] or not sys.argv[1:]:
        with tempfile.TemporaryDirectory() as folder:
            outcome = case.run(Path(folder), fixed=False)
        case.output.write_text(outcome.output, "utf-8")
