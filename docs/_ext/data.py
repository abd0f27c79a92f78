"""Read what was measured or generated: the files of ``docs/_data``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from _ext.repository import LookupFailed, locate_file, repository_root

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment

SESSIONS = {
    "evidence": "nox -s evidence",
    "faults": "nox -s faults",
    "load": "nox -s load",
    "modules": "nox -s canvas",
    "peers": "nox -s peers",
    "scale": "nox -s scale",
}


def read(env: BuildEnvironment, name: str) -> dict[str, Any]:
    """Return the content of ``docs/_data/NAME.json``; the page follows its changes.

    Raise :exc:`LookupFailed`, naming the session that writes it, when it is absent.
    """
    path = f"docs/_data/{name}.json"
    try:
        file = locate_file(repository_root(env), path)
    except LookupFailed:
        message = f"{path} is missing. Run {SESSIONS[name]}, which writes it."
        raise LookupFailed(message) from None
    env.note_dependency(file)
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content


def pick(found: dict[str, Any], wanted: str, name: str) -> Any:
    """Return ``found[wanted]``, or refuse with what ``docs/_data/NAME.json`` has."""
    if wanted not in found:
        known = ", ".join(found) or "nothing"
        raise LookupFailed(
            f"docs/_data/{name}.json has no {wanted!r}. It has {known}. "
            f"Correct the name, or run {SESSIONS[name]}."
        )
    return found[wanted]
