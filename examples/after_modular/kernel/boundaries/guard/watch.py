"""Who is at work: the module whose code, or template, runs now."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import NamedTuple

from flask import Flask

from kernel.database import db
from kernel.discovery import discover

from ..facts import Facts, facts_of
from ..places import Place, Places

NOTHING = Facts(tables={}, endpoints={}, prefixes={}, settings={})


class Caller(NamedTuple):
    """The code that is at work.

    :param place: the module or layer that it belongs to.
    :param file: its file, relative to ``app.py``, and ``line`` the line that runs.
    :param function: the name of the function; ``"<module>"`` while it is imported.
    """

    place: Place
    file: str
    line: int
    function: str


class Watch:
    """What the guard knows of the app that runs in this process."""

    def __init__(self) -> None:
        self.places: Places | None = None
        self.facts = NOTHING
        self.kernel_names: frozenset[str] = frozenset()
        self.database: str | None = None

    def start(self, app: Flask) -> None:
        """Learn the modules of an app, which has none loaded yet."""
        self.kernel_names = frozenset(import_module("kernel").__all__)
        root = Path(app.root_path)
        folder = root / "modules"
        modules = discover(folder) if folder.is_dir() else []
        self.places = Places(root, {module.name: module for module in modules})

    def loaded(self, app: Flask) -> None:
        """Learn what belongs to the modules, now that they are loaded."""
        self.facts = facts_of(app)
        with app.app_context():
            database = db.engine.url.database or ""
        self.database = None if database in ("", ":memory:") else database

    def caller(self, *, web: bool = False, skip: tuple[str, ...] = ()) -> Caller | None:
        """Return the closest code of the app, if it is a module's.

        What the kernel does is its own business, whoever called it; what ``web`` does
        is the caller's, unless ``web`` is set.

        :param skip: functions of the kernel that act for their caller.
        """
        for frame, place in self._frames():
            if place.kind == "module":
                assert self.places
                code = frame.f_code
                file = self.places.relative(code.co_filename)
                return Caller(place, file, _line(frame), code.co_name)
            if place.kind == "web" and not web:
                continue
            if frame.f_code.co_name not in skip:
                return None
        return None

    def _frames(self) -> Iterator[tuple[FrameType, Place]]:
        frame: FrameType | None = sys._getframe(2)
        places = self.places
        while frame and places:
            place = places.of_file(frame.f_code.co_filename)
            if place and place.name != "kernel.boundaries":
                yield frame, place
            frame = frame.f_back


def _line(frame: FrameType) -> int:
    template = frame.f_globals.get("__jinja_template__") or frame.f_globals.get(
        "__loader__"
    )
    debug = getattr(template, "get_corresponding_lineno", None)
    return debug(frame.f_lineno) if debug else frame.f_lineno


WATCH = Watch()
