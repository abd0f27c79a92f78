"""Reading the environment: text becomes the typed fields of a settings class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from kernel.exceptions import StartupError

YES_OR_NO = {
    "1": True,
    "true": True,
    "yes": True,
    "0": False,
    "false": False,
    "no": False,
}


def read(cls: Any, source: Mapping[str, Any]) -> dict[str, Any]:
    """Return what ``source`` gives for the fields of the dataclass ``cls``.

    A field has the type of its default. An empty variable counts as not given.

    :raises StartupError: for text that does not have the type of its field.
    """
    return {
        field.name: _convert(field.name, source[field.name], type(field.default))
        for field in fields(cls)
        if source.get(field.name, "") != ""
    }


def _convert(name: str, value: Any, kind: type) -> Any:
    if not isinstance(value, str):
        return value
    if kind is int:
        if not value.isdecimal():
            raise StartupError(f"{name} is {value!r}: use a whole number.")
        return int(value)
    if kind is bool:
        if value.lower() not in YES_OR_NO:
            raise StartupError(f"{name} is {value!r}: use 1 or 0.")
        return YES_OR_NO[value.lower()]
    if kind is tuple:
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value
