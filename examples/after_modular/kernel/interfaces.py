"""Published interfaces: how a module calls another one that may not be there."""

from collections.abc import Callable
from inspect import isfunction
from types import ModuleType
from typing import Any, TypeVar

from .registry import active_modules

FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])


def interface(name: str) -> ModuleType | None:
    """Return the ``api`` of the module called ``name``, or ``None`` without it.

    For the modules that a manifest names in ``uses``; those in ``depends_on`` are
    always there, so their ``api`` is imported.
    """
    module = active_modules().get(name)
    return module.part("api") if module else None


def anywhere(function: FunctionT) -> FunctionT:
    """Mark a function of an ``api`` that needs none of its module's data.

    Where the module runs in processes of its own, it is called on the spot, and all
    others over the network.
    """
    function.anywhere = True  # type: ignore[attr-defined]
    return function


def published(file: ModuleType) -> dict[str, Any]:
    """Return what a file such as ``api.py`` publishes, by name.

    That is what its ``__all__`` lists or, without one, the functions defined in it.
    """
    if hasattr(file, "__all__"):
        return {name: getattr(file, name) for name in file.__all__}
    return {
        name: value
        for name, value in vars(file).items()
        if isfunction(value)
        and value.__module__ == file.__name__
        and not name.startswith("_")
    }
