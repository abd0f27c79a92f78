"""Start the modular app in the current folder; print where the time goes.

CPU milliseconds of each phase, without the phases inside it. It wraps the kernel's
functions, so the sum is a little above what ``boot.py`` measures.
"""

import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

sys.path.insert(0, "")

from flask import Flask
from sqlalchemy.orm import DeclarativeBase
from werkzeug.routing import Map

from app import create_app
from kernel import loader, migrations
from kernel.manifest import Module

spent: dict[str, float] = defaultdict(float)
inside: list[float] = [0.0]


def measured(phase: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``function``, whose own time is added to ``phase``."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        start = time.process_time()
        inside.append(0.0)
        try:
            return function(*args, **kwargs)
        finally:
            whole = time.process_time() - start
            spent[phase] += (whole - inside.pop()) * 1000
            inside[-1] += whole

    return wrapper


def main() -> None:
    """Measure a start, and the first question whether the database is migrated."""
    for owner, name, phase in (
        (loader, "discover", "discovery: import and order the manifests"),
        (Module, "part", "imports: the files of the modules"),
        (migrations, "check", "registry.configure: check tables and mappers"),
        (Flask, "register_blueprint", "blueprints: register the pages"),
        (Map, "add", "routes: compile the URL rules"),
    ):
        setattr(owner, name, measured(phase, getattr(owner, name)))
    map_class = DeclarativeBase.__init_subclass__.__func__  # type: ignore[attr-defined]
    mapping = measured("mapping: the tables and their classes", map_class)
    DeclarativeBase.__init_subclass__ = classmethod(mapping)  # type: ignore[assignment]

    app = measured("the rest of the kernel", create_app)({"APP_ENV": "testing"})
    start = dict(spent)
    spent.clear()
    with app.app_context():
        measured("migrations: find the newest, ask the database", migrations.pending)()
    print(json.dumps({"start": start, "first_readyz": spent}))


if __name__ == "__main__":
    main()
