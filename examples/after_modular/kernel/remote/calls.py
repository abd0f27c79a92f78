"""Calls: the arguments and the result of a function, as JSON, by its annotations."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable
from typing import Any, get_args, get_origin

from cattrs.preconf.json import make_converter

from kernel.exceptions import ModuleError


class InvalidMessage(ValueError):
    """A message is not what the function's signature calls for."""


def _exactly(value: Any, kind: type) -> Any:
    # cattrs would convert: int("7"), str({}).
    if type(value) is not kind and not (kind is float and type(value) is int):
        raise TypeError(f"{value!r} is not of type {kind.__name__}")
    return value


_converter = make_converter()
for kind in (bool, int, float, str):
    _converter.register_structure_hook(kind, _exactly)


def _with_integer_keys(value: Any, kind: Any) -> dict[int, Any]:
    # JSON has no other keys than strings.
    if not isinstance(value, dict) or not all(key.isdecimal() for key in value):
        raise TypeError(f"{value!r} is not of type {kind}")
    _, of_values = get_args(kind)
    return {int(key): _converter.structure(value[key], of_values) for key in value}


_converter.register_structure_hook_func(
    lambda kind: getattr(kind, "__origin__", None) is dict and get_args(kind)[0] is int,
    _with_integer_keys,
)
# ``object`` is any JSON value, such as the personal data that a module exports.
_converter.register_structure_hook_func(lambda kind: kind is object, lambda v, _: v)


class Call:
    """Writes and reads the messages of one published function.

    :param function: the contract, whose annotations give the types.
    :raises ModuleError: when a type has no representation in JSON.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        signature = inspect.signature(function, eval_str=True)
        parameters = [p for p in signature.parameters.values() if p.name != "self"]
        self.signature = signature.replace(parameters=parameters)
        self._types = {each.name: _as_list(each.annotation) for each in parameters}
        self.returns = signature.return_annotation
        for name, kind in {**self._types, "return": self.returns}.items():
            _check(function, name, kind)

    def write(self, *args: Any, **kwargs: Any) -> bytes:
        """Return the message of a call with these arguments."""
        given = self.signature.bind(*args, **kwargs).arguments
        return json.dumps(
            {
                name: _converter.unstructure(_evaluated(value), self._types[name])
                for name, value in given.items()
            }
        ).encode()

    def run(self, function: Callable[..., Any], message: bytes) -> bytes:
        """Call the implementation with the arguments of a message.

        :return: the message with its result.
        :raises InvalidMessage: when the arguments don't fit the signature.
        """
        arguments = _parse(message, dict)
        try:
            self.signature.bind(**arguments)
            given = {
                name: _converter.structure(value, self._types[name])
                for name, value in arguments.items()
            }
        except Exception as error:  # conversions raise whatever a type's code raises
            raise InvalidMessage(f"The arguments are invalid: {error!r}") from error
        return _converter.dumps(function(**given), self.returns).encode()

    def read(self, message: bytes) -> Any:
        """Return the result in a message.

        :raises InvalidMessage: when it is not of the annotated type.
        """
        try:
            return _converter.structure(_parse(message, object), self.returns)
        except Exception as error:
            raise InvalidMessage(f"The result is invalid: {error!r}") from error


def contribution_calls(protocol: type) -> dict[str, Call]:
    """Return the calls of an extension point's functions, by name.

    :raises ModuleError: when a type has no representation in JSON.
    """
    return {
        name: Call(function)
        for name, function in vars(protocol).items()
        if inspect.isfunction(function) and not name.startswith("_")
    }


def _parse(message: bytes, kind: type) -> Any:
    try:
        value = json.loads(message)
    except (ValueError, RecursionError) as error:
        raise InvalidMessage(f"Not JSON: {error}") from error
    if not isinstance(value, kind):
        raise InvalidMessage(f"A JSON {type(value).__name__}, expected {kind}")
    return value


def _check(function: Callable[..., Any], name: str, kind: Any) -> None:
    try:
        if kind is inspect.Parameter.empty:
            raise TypeError("it has no annotation")
        _converter.get_structure_hook(kind)
    except Exception as error:
        raise ModuleError(
            f"{function.__module__}.{function.__name__}() can't be called in another "
            f"process: {name}: {error}. Use plain values and dataclasses, or mark it "
            "with @published(local=True) if it needs none of its module's data.",
            error="type-not-serializable",
        ) from error


def _as_list(annotation: Any) -> Any:
    # An iterable is sent as a list.
    if get_origin(annotation) is Iterable:
        return list[get_args(annotation)]  # type: ignore[misc]
    return annotation


def _evaluated(value: Any) -> Any:
    is_lazy = isinstance(value, Iterable) and not hasattr(value, "__len__")
    return list(value) if is_lazy else value
