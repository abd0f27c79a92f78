"""Settings: environment variables become the typed fields of a dataclass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any, TypeVar, cast

from flask import Flask

from .exceptions import StartupError
from .runtime import Kernel, current_kernel

T = TypeVar("T")
S = TypeVar("S", bound="ModuleSettings")

BOOLEANS = {
    "1": True,
    "true": True,
    "yes": True,
    "0": False,
    "false": False,
    "no": False,
}
MINIMUM_SECRET_LENGTH = 32


def setting(
    default: T,
    *,
    secret: bool = False,
    strong: bool = False,
    required_in_production: bool = False,
    choices: tuple[str, ...] = (),
    minimum: int | None = None,
) -> T:
    """Declare a setting: a field of a :class:`ModuleSettings` class.

    :param default: the value in development; its type is the type of the setting.
    :param secret: keep the value out of logs.
    :param strong: refuse a short value, and the default, in production.
    :param required_in_production: refuse to start without it when it counts.
    :param choices: the values that are allowed.
    :param minimum: the smallest number that is allowed.
    """
    metadata = {
        "strong": strong,
        "required": required_in_production,
        "choices": choices,
        "minimum": minimum,
    }
    hidden = secret or strong
    return field(default=default, repr=not hidden, metadata=metadata)


@dataclass(frozen=True, kw_only=True)
class ModuleSettings:
    """The settings of a module or a layer: each field is one environment variable.

    They are read and validated when the module is loaded, and not without it.
    """

    @classmethod
    def current(cls: type[S]) -> S:
        """Return the settings of the current app."""
        return cast(S, current_kernel.settings[cls])

    def check(self) -> None:
        """Raise :class:`~kernel.StartupError` for values that can't be used."""


def read(cls: type[S], environment: Mapping[str, Any], *, production: bool) -> S:
    """Read and validate the settings of one class.

    An empty variable counts as not set.

    :raises StartupError: naming the setting and the fix.
    """
    given = {
        each.name: _convert(each, environment[each.name])
        for each in fields(cls)
        if environment.get(each.name, "") != ""
    }
    for each in fields(cls):
        if production:
            _check_production(each, given)
    settings = cls(**given)
    settings.check()
    return settings


def load(app: Flask, cls: type[S]) -> S:
    """Read the settings of a module or a layer into ``app``.

    :raises StartupError: also for a name that other settings of the app have.
    """
    kernel = Kernel.of(app)
    for other in kernel.settings:
        if twice := {f.name for f in fields(cls)} & {f.name for f in fields(other)}:
            raise StartupError(
                f"{', '.join(sorted(twice))} is declared twice, in {cls.__module__} "
                f"and in {other.__module__}. Rename one of them.",
                error="setting-declared-twice",
            )
    settings = read(cls, kernel.environment, production=app.config["PRODUCTION"])
    kernel.settings[cls] = settings
    app.config.from_object(settings)
    return settings


def _convert(each: Field[Any], value: Any) -> Any:
    name, default = each.name, each.default
    if isinstance(value, str):
        if type(default) is int:
            if not value.isdecimal():
                raise StartupError(
                    f"{name} is {value!r}: use a whole number.", error="invalid-setting"
                )
            value = int(value)
        elif type(default) is bool:
            if value.lower() not in BOOLEANS:
                raise StartupError(
                    f"{name} is {value!r}: use 1 or 0.", error="invalid-setting"
                )
            value = BOOLEANS[value.lower()]
        elif type(default) is tuple:
            value = tuple(part.strip() for part in value.split(",") if part.strip())
    choices, minimum = each.metadata.get("choices"), each.metadata.get("minimum")
    if choices and value not in choices:
        raise StartupError(
            f"{name} is {value!r}: use one of {', '.join(choices)}.",
            error="invalid-setting",
        )
    if minimum is not None and value < minimum:
        raise StartupError(
            f"{name} is {value}: use {minimum} or more.", error="invalid-setting"
        )
    return value


def _check_production(each: Field[Any], given: Mapping[str, Any]) -> None:
    if each.metadata.get("required") and each.name not in given:
        raise StartupError(
            f"{each.name} is not set, and APP_ENV is production: set it.",
            error="setting-required",
        )
    secret = given.get(each.name) if each.metadata.get("strong") else None
    if secret and (len(secret) < MINIMUM_SECRET_LENGTH or secret == each.default):
        raise StartupError(
            f"{each.name} is too easy to guess for production: set at least "
            f"{MINIMUM_SECRET_LENGTH} random characters, such as "
            "python -c 'import secrets; print(secrets.token_hex())'.",
            error="weak-secret",
        )
