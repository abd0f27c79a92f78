"""Extension points: where modules add to what another module shows or does.

A point is a name and a ``Protocol``. A module contributes by a file of that name, such
as ``personal_data.py``, with the functions of the protocol.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar, cast

from flask import copy_current_request_context, current_app

from .database import release_read_connection
from .exceptions import ModuleError
from .loader import attribute_errors_to
from .manifest import Module
from .runtime import current_kernel

P = TypeVar("P")
T = TypeVar("T")


class ExtensionPoint(Generic[P]):
    """A place where modules may contribute.

    :param name: the name of the contributing file, without ``.py``.
    :param protocol: the ``Protocol`` that the file implements.
    :param timeout: how long :meth:`collect` waits for one contribution, in seconds.
    """

    def __init__(self, name: str, protocol: type[P], *, timeout: float = 2.0) -> None:
        self.name = name
        self.protocol = protocol
        self.timeout = timeout

    def contributions(self) -> Iterator[tuple[Module, P]]:
        """Yield the active modules that contribute, with their contribution."""
        for module in current_kernel.active.values():
            if part := module.part(self.name):
                yield module, cast(P, part)

    def call_at_startup(self, function: Callable[[P], object]) -> None:
        """Call ``function`` with each contribution, while the app starts.

        What it raises is attributed to the contributing module, which is then refused
        or quarantined.
        """
        for module in list(current_kernel.active.values()):
            with attribute_errors_to(current_app, module):
                if part := module.part(self.name):
                    function(cast(P, part))

    def collect(self, ask: Callable[[P], T], expected: type) -> dict[str, T]:
        """Ask each contribution in isolation; return the answers by module name.

        A contribution that raises, aborts, answers with another type than ``expected``
        or takes longer than ``timeout`` is logged and left out. Each one runs in a
        thread with contexts of its own, so that a slow one can be left behind.
        """
        answers: dict[str, T] = {}
        # The threads need connections, and must not wait for the one of this request.
        release_read_connection()
        for module, contribution in self.contributions():
            try:
                answer = self._bounded(lambda part=contribution: ask(part))  # type: ignore[misc]
                if not isinstance(answer, expected):
                    raise TypeError(f"{answer!r} is not a {expected.__name__}")
            except Exception:
                current_app.logger.exception(
                    "%s: the contribution of %r failed", self.name, module.name
                )
            else:
                answers[module.name] = answer
        return answers

    def check(self, module: Module) -> None:
        """Import a module's contribution, if it has one, and check its functions.

        :raises ModuleError: for a function that is missing or has other parameters.
        """
        if (part := module.part(self.name)) is None:
            return
        for name, declared in vars(self.protocol).items():
            if name.startswith("_") or not inspect.isfunction(declared):
                continue
            expected = list(inspect.signature(declared).parameters)[1:]  # no self
            function = getattr(part, name, None)
            found = function and list(inspect.signature(function).parameters)
            if found != expected:
                raise ModuleError(
                    f"{part.__file__}: the extension point {self.name!r} needs a "
                    f"function {name}({', '.join(expected)}).",
                    error="extension-point-mismatch",
                )

    def _bounded(self, work: Callable[[], T]) -> T:
        done: SimpleQueue[tuple[Any, BaseException | None]] = SimpleQueue()

        @copy_current_request_context
        def run() -> None:
            try:
                done.put((work(), None))
            except BaseException as error:  # a contribution may even call exit()
                done.put((None, error))

        threading.Thread(target=run, name=f"extension-{self.name}", daemon=True).start()
        try:
            answer, error = done.get(timeout=self.timeout)
        except Empty:
            raise TimeoutError(f"no answer within {self.timeout} seconds") from None
        if error:
            raise RuntimeError(f"{type(error).__name__}: {error}") from error
        return cast(T, answer)
