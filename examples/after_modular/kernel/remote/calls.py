"""Calls: a function's arguments and its answer, as JSON, by its annotations."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable
from typing import Any, get_args, get_origin

from cattrs.preconf.json import make_converter

from kernel.exceptions import ModuleError

_converter = make_converter()
# Any values that JSON has: what a person's data looks like is each module's own.
_converter.register_structure_hook_func(lambda kind: kind is object, lambda v, _: v)


class Call:
    """How one function of an ``api`` is called from elsewhere.

    :raises ModuleError: when a parameter or the answer is of a kind that can't travel.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self._signature = inspect.signature(function, eval_str=True)
        self._kinds = {
            name: _travelling(parameter.annotation)
            for name, parameter in self._signature.parameters.items()
        }
        self._answer = self._signature.return_annotation
        for name, kind in {**self._kinds, "return": self._answer}.items():
            self._check(name, kind)

    def write(self, *args: Any, **kwargs: Any) -> bytes:
        """Return the arguments as they are sent."""
        given = self._signature.bind(*args, **kwargs).arguments
        return json.dumps(
            {
                name: _converter.unstructure(_plain(value), self._kinds[name])
                for name, value in given.items()
            }
        ).encode()

    def run(self, body: bytes) -> bytes:
        """Call the function with arguments that were sent; return its answer."""
        arguments = {
            name: _converter.structure(value, self._kinds[name])
            for name, value in json.loads(body).items()
        }
        answer = self._function(**arguments)
        return _converter.dumps(answer, self._answer).encode()

    def read(self, body: bytes) -> Any:
        """Return the answer that was sent."""
        return _converter.loads(body, self._answer)

    def _check(self, name: str, kind: Any) -> None:
        try:
            if kind is inspect.Parameter.empty:
                raise TypeError("it has no annotation")
            _converter.get_structure_hook(kind)
        except Exception as error:
            function = f"{self._function.__module__}.{self._function.__name__}"
            raise ModuleError(
                f"{function}() can't be called from elsewhere: {name}: {error}. Use "
                "plain values and dataclasses, or mark it with @anywhere if it needs "
                "none of its module's data."
            ) from error


def _travelling(annotation: Any) -> Any:
    # Whatever can be gone through arrives as a list.
    if get_origin(annotation) is Iterable:
        return list[get_args(annotation)]  # type: ignore[misc]
    return annotation


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | bytes) or not _is_lazy(value) else [*value]


def _is_lazy(value: Any) -> bool:
    return isinstance(value, Iterable) and not hasattr(value, "__len__")
