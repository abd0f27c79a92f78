"""Write into a temporary folder, then move: a failure leaves nothing behind."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def staging(modules: Path) -> Iterator[Path]:
    """Yield an empty folder that is removed at the end.

    It is in the folder of modules, so that moving something out of it is one rename.
    Discovery ignores it, because it holds no manifest.
    """
    with tempfile.TemporaryDirectory(dir=modules, prefix=".new-") as folder:
        yield Path(folder)
