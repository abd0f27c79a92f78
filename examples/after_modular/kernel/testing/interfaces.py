"""The comparison of a stand-in with the interface that it plays."""

import inspect
from types import ModuleType

from kernel.interfaces import published


def differences(api: ModuleType, stand_in: ModuleType) -> list[str]:
    """Return what ``stand_in`` lacks or does differently from ``api``, a line each.

    Functions must have the same parameters and types. Everything else that is
    published, such as a dataclass, must be the same object: both import it from
    ``values.py``. A stand-in may have further functions, for tests to arrange things.
    """
    return [
        f"{name}: {difference}"
        for name, value in published(api).items()
        if (difference := _difference(value, vars(stand_in).get(name)))
    ]


def _difference(real: object, played: object) -> str:
    if played is None:
        return "the stand-in has none"
    if inspect.isfunction(real) and inspect.isfunction(played):
        expected, found = _signature(real), _signature(played)
        return "" if expected == found else f"{found} in the stand-in, not {expected}"
    return "" if played is real else "the stand-in has another one"


def _signature(function: object) -> str:
    return str(inspect.signature(function, eval_str=True))  # type: ignore[arg-type]
