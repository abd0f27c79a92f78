"""Errors of the startup: what is wrong, where, and how to fix it."""

import traceback
from pathlib import Path

KERNEL = str(Path(__file__).parent)


class StartupError(SystemExit):
    """The app can't start; the message says why and what to do.

    A :class:`SystemExit`, so every server and the ``flask`` command print the one line
    without a traceback.
    """


class ModuleError(StartupError):
    """A module can't be used as it is on disk."""


class ModuleNotActive(Exception):
    """A published function was called whose module is not active in this app."""


def reason_of(error: BaseException) -> str:
    """Return an exception in one line: the file, its line, the type, the message.

    The line is the module's own, also where the kernel raised on its behalf.
    """
    if isinstance(error, ModuleError):
        return str(error)
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith("<")
    ]
    outside = [each for each in frames if not each.filename.startswith(KERNEL)]
    frame = (outside or frames)[-1]
    file, line, message = frame.filename, frame.lineno, str(error)
    if isinstance(error, SyntaxError):
        file, line, message = error.filename or file, error.lineno, error.msg
    first_line = message.partition("\n")[0]
    return f"{file}:{line}: {type(error).__name__}: {first_line}"
