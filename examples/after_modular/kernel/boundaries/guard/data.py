"""Data that is touched: the tables of every statement, and files that are opened."""

from __future__ import annotations

import re
import sys
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.event import registry as event_registry
from sqlalchemy.orm import sessionmaker

from .reports import report
from .watch import WATCH

# Strings and comments are passed over; what is left of a statement are words.
WORD = re.compile(r"""'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/|(\w+)""", re.DOTALL)

# Code that opens source files for others, by its file and function: an import has
# been checked already, and so has a template; tracebacks show sources; and the guard
# itself reads them.
OPENERS = (
    ("importlib._bootstrap", "_find_and_load"),
    ("importlib/__init__", "reload"),
    ("linecache", ""),
    ("jinja2/loaders", ""),
    ("tokenize", ""),
    ("boundaries/source", ""),
)


@cache
def install() -> None:
    """Watch every engine of this process, and the files that are opened."""
    sa.event.listen(sa.Engine, "before_cursor_execute", _check_statement)
    sys.addaudithook(_audit)
    _watch_database_events()


def _check_statement(
    connection: sa.Connection,
    cursor: Any,
    statement: str,
    parameters: Any,
    context: Any,
    executemany: bool,
) -> None:
    owners = {table: WATCH.facts.tables[table] for table in _named(statement)}
    if not owners:
        return
    caller = WATCH.caller()
    if caller is None:
        return
    foreign = {t: o for t, o in owners.items() if o != caller.place.name}
    if not foreign:
        return
    # An identifier may be a column: ask the parser, which few statements need.
    from ..source.sql import tables_of

    for table in sorted(foreign.keys() & tables_of(statement)):
        what = f"{caller.place} touches {table!r}, a table of {foreign[table]}"
        fix = f"Keep the plain id, and ask the api of {foreign[table]}."
        report("tables", caller.file, caller.line, what, fix)


@lru_cache(maxsize=2048)
def _words(statement: str) -> frozenset[str]:
    return frozenset(match[1].lower() for match in WORD.finditer(statement) if match[1])


def _named(statement: str) -> list[str]:
    return [table for table in WATCH.facts.tables if table in _words(statement)]


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open":
        if isinstance(arguments[0], str) and "/modules/" in arguments[0]:
            _check_file(arguments[0])
    elif event == "sqlite3.connect":
        _check_connection(str(arguments[0]))


def _check_file(path: str) -> None:
    places = WATCH.places
    owner = places.of_file(str(Path(path))) if places else None
    if owner is None or owner.module is None or _is_by(*OPENERS):
        return
    caller = WATCH.caller(web=True)
    if caller and caller.place.module and caller.place.name != owner.name:
        what = f"{caller.place} opens a file of {owner}"
        fix = f"Ask the api of {owner}, or move the file to web."
        report("state", caller.file, caller.line, what, fix)


def _check_connection(path: str) -> None:
    if WATCH.database is None or not path.endswith(WATCH.database):
        return
    if _is_by(("/sqlalchemy/", "")):
        return
    caller = WATCH.caller(web=True)
    if caller and caller.place.part != "tests":
        what = f"{caller.place} opens the database by itself"
        fix = f"Use module_session({caller.place.name!r})."
        report("tables", caller.file, caller.line, what, fix)


def _is_by(*openers: tuple[str, str]) -> bool:
    """Say whether one of these functions does it, and not the app's own code."""
    frame: Any = sys._getframe(2)
    places = WATCH.places
    while frame:
        file, function = frame.f_code.co_filename, frame.f_code.co_name
        if any(path in file and name in ("", function) for path, name in openers):
            return True
        place = places.of_file(file) if places else None
        if place and place.name != "kernel.boundaries":
            return False
        frame = frame.f_back
    return False


def _watch_database_events() -> None:
    """Report listeners of database events that concern more than one module."""
    key: Any = event_registry._EventKey
    listen = key.listen

    def checked(self: Any, *args: Any, **kwargs: Any) -> None:
        caller = WATCH.caller(web=True) if _is_direct() else None
        if caller and caller.place.module and caller.place.part != "tests":
            shared = _shared(self.dispatch_target, caller.place.module.import_name)
            if shared and "sqlalchemy_event" not in caller.place.module.hooks:
                what = (
                    f"{caller.place} listens to {self.identifier!r} of every {shared}"
                )
                fix = "Listen to your own classes, or add 'sqlalchemy_event' to hooks."
                report("hooks", caller.file, caller.line, what, fix)
        listen(self, *args, **kwargs)

    key.listen = checked


def _is_direct() -> bool:
    """Say whether the app's code calls ``listen``, and not a library."""
    frame: Any = sys._getframe(2)
    while frame and (
        "sqlalchemy/event/" in frame.f_code.co_filename
        or frame.f_code.co_filename == __file__
    ):
        frame = frame.f_back
    places = WATCH.places
    return bool(frame and places and places.of_file(frame.f_code.co_filename))


def _shared(target: Any, import_name: str) -> str | None:
    """Return what is listened to, if it is shared by all modules."""
    if isinstance(target, type):
        own = f"{target.__module__}.".startswith(f"{import_name}.")
        return None if own else target.__name__
    shared = isinstance(target, sa.Engine | sa.Pool | sessionmaker)
    return type(target).__name__ if shared else None
