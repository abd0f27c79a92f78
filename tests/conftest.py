"""What several suites need."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

FolderFactory = Callable[[str], Path]


@pytest.fixture(scope="session")
def server_folder() -> Iterator[FolderFactory]:
    """Return a function that makes a folder for servers, with a name to begin with.

    PostgreSQL may run as a user of its own, who can't rely on pytest's folders: each
    pytest that starts on the machine closes them to all but its own user.
    """
    with ExitStack() as folders:

        def make(name: str) -> Path:
            folder = TemporaryDirectory(prefix=f"{name}-", ignore_cleanup_errors=True)
            path = Path(folders.enter_context(folder))
            path.chmod(0o755)
            return path

        yield make
