"""Payloads: how events are stored, and read again when their classes have changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from cattrs import transform_error
from cattrs.preconf.json import make_converter

from kernel.events import Event
from kernel.runtime import current_kernel

VERSION = "schema_version"  # in the headers, unless it is the first one

converter = make_converter()


class InvalidEvent(Exception):
    """An event can't be published; the message says where, why, and the fix."""


class UnreadableEvent(Exception):
    """A stored event does not fit its class; the message says why."""


class NewerCodeNeeded(UnreadableEvent):
    """A process with newer code may deliver it: wait for one."""


def _strict(kind: type, *accepted: type) -> None:
    """Refuse to read a value of another type: cattrs would read None as "None"."""

    def structure(value: object, _: object) -> object:
        if type(value) not in accepted:
            raise TypeError(f"{value!r} is not of the type {kind.__name__}")
        return kind(value)

    converter.register_structure_hook(kind, structure)


_strict(str, str)
_strict(bool, bool)
_strict(int, int, bool, str)  # the keys of an object are texts in JSON
_strict(float, float, int)


def write(event: Event) -> str:
    """Return an event as JSON.

    :raises InvalidEvent: when it could not be read again with the same values.
    """
    name = event.event_name()
    try:
        payload = converter.dumps(event)
        stored = converter.loads(payload, type(event))
    except Exception as error:
        raise InvalidEvent(
            f"{name} has a value that contradicts its annotation: {_reason(error)}. "
            "Pass one of the annotated type."
        ) from error
    for field in fields(event):  # type: ignore[arg-type]  # a dataclass
        value, read = getattr(event, field.name), getattr(stored, field.name)
        if value != read:
            raise InvalidEvent(
                f"{name}.{field.name} is {value!r}, which would be read as {read!r}. "
                f"Pass a value of the type {field.type}."
            )
    return payload


def read(name: str, payload: str, headers: Mapping[str, str]) -> Event:
    """Return a stored event as an instance of the class that it has now.

    :raises UnreadableEvent: when there is none, or the fields don't fit it.
    """
    event = stored_names().get(name)
    if event is None:
        raise NewerCodeNeeded(
            f"no active module defines the event {name}. If it was renamed, add "
            "this name to previous_names of its class."
        )
    values: dict[str, Any] = json.loads(payload)
    version, current = int(headers.get(VERSION, 1)), event.schema_version
    if version > current:
        raise NewerCodeNeeded(
            f"{name} is stored in version {version}, and this process reads up to "
            f"version {current}. A process with newer code delivers it."
        )
    declared = {field.name for field in fields(event)}  # type: ignore[arg-type]
    try:
        if version < current:
            values = event.upcast(values, version)
        missing, unknown = declared - values.keys(), values.keys() - declared
        if missing and unknown:  # a field that is only new, or only gone, is no problem
            raise TypeError(
                f"no {', '.join(sorted(missing))}, "
                f"and {', '.join(sorted(unknown))} is unknown"
            )
        return converter.structure(values, event)
    except Exception as error:
        raise UnreadableEvent(
            f"{name} is stored with fields that the class does not have any more: "
            f"{_reason(error)}. Increase its schema_version, and convert them in "
            "upcast."
        ) from error


def stored_names() -> dict[str, type[Event]]:
    """Return the event classes by all names under which they may be stored."""
    found: dict[str, type[Event]] = {}
    for event in current_kernel.events.values():
        module = current_kernel.active.get(event.publisher())
        for previous in module.previous_names if module else ():
            found[f"{previous}.{event.__name__}"] = event
        found |= dict.fromkeys(event.previous_names, event)
    return found | current_kernel.events


def _reason(error: Exception) -> str:
    """Return what is wrong with each field, in one line."""

    def describe(error: BaseException, _: object) -> str:
        return "it is missing" if isinstance(error, KeyError) else str(error)

    found = transform_error(error, path="", format_exception=describe)
    return "; ".join(
        each.removesuffix(" @ ").replace(" @ .", " in the field ") for each in found
    )
