"""Errors of the startup: what is wrong, where, and how to fix it."""

import traceback
from pathlib import Path

KERNEL = str(Path(__file__).parent)
# Each error has a page in the documentation. Prefix this with its address.
ERROR_PAGES = "errors/"


class StartupError(SystemExit):
    """The app can't start; the message says why and what to do.

    A :class:`SystemExit`, so every server and the ``flask`` command print the one line
    without a traceback.

    :param message: what is wrong, where, and how to fix it.
    :param error: the code of the problem, such as ``"invalid-setting"``; the printed
        line ends with the path of its page.
    """

    def __init__(self, message: str, *, error: str) -> None:
        super().__init__(with_page(message, error))
        self.message = message
        self.error = error


class ModuleError(StartupError):
    """A module can't be used as it is on disk."""


class ModuleNotActive(Exception):
    """A published function was called whose module is not active in this app."""


def with_page(message: str, error: str) -> str:
    """Return an error's message with the path of its page."""
    return f"{message} ({ERROR_PAGES}{error})"


def code_of(error: BaseException, default: str) -> str:
    """Return the code of an error, or ``default`` for one without a code."""
    return error.error if isinstance(error, StartupError) else default


def reason_of(error: BaseException) -> str:
    """Return an exception in one line: the file, its line, the type, the message.

    The line is the module's own, also where the kernel raised on its behalf.
    """
    if isinstance(error, StartupError):
        return error.message
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
