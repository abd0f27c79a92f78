"""Publishing: refuse what would be lost or unreadable, where it is published."""

from __future__ import annotations

import sys
from traceback import walk_stack
from types import FrameType

from kernel.events import Event
from kernel.runtime import current_kernel

from . import payload


def check(event: Event) -> str:
    """Return an event as it is stored.

    :raises InvalidEvent: naming the file, the line and the fix.
    """
    name, publisher = event.event_name(), event.publisher()
    caller, frame = _caller()
    try:
        if caller not in (None, publisher):
            raise payload.InvalidEvent(
                f"{caller!r} publishes {name}. Call a function of {publisher}.api that "
                f"publishes it, or define an event in the events.py of {caller!r}."
            )
        if current_kernel.events.get(name) is not type(event):
            raise payload.InvalidEvent(
                f"{name} is not an event of an active module. Define it in the "
                "events.py of its module."
            )
        return payload.write(event)
    except payload.InvalidEvent as error:
        where = f"{frame.f_code.co_filename}:{frame.f_lineno}"
        raise payload.InvalidEvent(f"{where}: {error}") from error.__cause__


def _caller() -> tuple[str | None, FrameType]:
    """Return the module whose code publishes, its tests aside, and the frame."""
    modules = {f"{m.import_name}.": name for name, m in current_kernel.active.items()}
    first = sys._getframe(4)  # what calls publish()
    for frame, _ in walk_stack(first):
        name = f"{frame.f_globals.get('__name__')}."
        if ".tests." not in name:
            for prefix, module in modules.items():
                if name.startswith(prefix):
                    return module, frame
    return None, first
