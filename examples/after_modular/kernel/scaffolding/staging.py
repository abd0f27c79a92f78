"""Write beside the goal, then move: what fails halfway leaves nothing behind."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def staging(project_modules: Path) -> Iterator[Path]:
    """Yield an empty folder that goes away at the end, whatever happens.

    It stands beside the modules, so that moving out of it is one rename; its name
    starts with a dot and it holds no manifest, so discovery passes it by.
    """
    with tempfile.TemporaryDirectory(dir=project_modules, prefix=".new-") as folder:
        yield Path(folder)
