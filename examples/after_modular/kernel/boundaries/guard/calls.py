"""Calls of published functions: the values that cross the boundary."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import wraps
from itertools import islice
from types import AsyncGeneratorType, GeneratorType
from typing import Any

from flask import Flask
from sqlalchemy import Connection, Engine, Result, Row
from sqlalchemy.orm import Query, Session
from sqlalchemy.sql import ClauseElement

from kernel.runtime import Kernel

from .reports import report
from .watch import WATCH

DEPTH, BREADTH = 4, 100
BOUND = (Session, Connection, Engine, Query, Result, Row, ClauseElement)
LAZY = (GeneratorType, AsyncGeneratorType)


class Providers(dict[str, Any]):
    """The providers of an app; what a call receives and returns is checked."""

    def get(self, name: str, default: Any = None) -> Any:
        """Return the provider of a module, wrapped."""
        provider = super().get(name, default)
        return provider if provider is default else _Checked(name, provider)


class _Checked:
    def __init__(self, module: str, provider: Any) -> None:
        self._module = module
        self._provider = provider

    def __getattr__(self, name: str) -> Any:
        function = getattr(self._provider, name)
        module = self._module

        @wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            for value in (*args, *kwargs.values()):
                _check(module, function, "is given", value)
            result = function(*args, **kwargs)
            if isinstance(result, LAZY):
                _report(module, function, "returns", "a generator, which is lazy")
            _check(module, function, "returns", result)
            return result

        return call


def init_app(app: Flask) -> None:
    """Check the calls of the interfaces of ``app``."""
    kernel = Kernel.of(app)
    kernel.providers = Providers(kernel.providers)


def _check(module: str, function: Any, verb: str, value: Any) -> None:
    for found in _bound(value, DEPTH):
        _report(module, function, verb, found)
        return


def _report(module: str, function: Any, verb: str, found: str) -> None:
    what = f"{module}.{function.__name__}() {verb} {found}"
    fix = "Exchange plain values and frozen dataclasses."
    file, line = _place(function)
    if verb == "is given" and (caller := WATCH.caller(skip=("call",))):
        file, line = caller.file, caller.line
    report("interfaces", file, line, what, fix)


def _place(function: Any) -> tuple[str, int]:
    code = inspect.unwrap(function).__code__
    assert WATCH.places
    path = code.co_filename
    known = WATCH.places.of_file(path)
    return (WATCH.places.relative(path) if known else path), code.co_firstlineno


def _bound(value: Any, depth: int) -> Iterator[str]:
    """Yield what is bound to a database session, or is a row of a model."""
    if (
        value is None
        or isinstance(value, str | int | float | bytes | type)
        or not depth
    ):
        return
    kind = type(value)
    if hasattr(kind, "__mapper__"):
        yield f"an object of the model {kind.__name__}"
    elif isinstance(value, BOUND):
        yield f"a {kind.__name__}, which is bound to the session"
    elif isinstance(value, Mapping):
        for each in islice(value.values(), BREADTH):
            yield from _bound(each, depth - 1)
    elif isinstance(value, list | tuple | set | frozenset):
        for each in islice(value, BREADTH):
            yield from _bound(each, depth - 1)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _bound(getattr(value, field.name, None), depth - 1)
