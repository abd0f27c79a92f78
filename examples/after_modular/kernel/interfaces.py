"""Published interfaces: how one module calls another.

``api.py`` is a module's contract: functions marked ``@published`` that have a
signature, a docstring and no body. ``service.py`` implements them; in tests of other
modules ``fake.py`` does, and a remote client where the module runs in another process.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from types import ModuleType
from typing import Any, ParamSpec, TypeVar, overload

from .exceptions import ModuleError, ModuleNotActive
from .runtime import current_kernel

P = ParamSpec("P")
R = TypeVar("R")


@overload
def published(function: Callable[P, R], /) -> Callable[P, R]: ...
@overload
def published(*, local: bool) -> Callable[[Callable[P, R]], Callable[P, R]]: ...
def published(
    function: Callable[..., Any] | None = None, *, local: bool = False
) -> Any:
    """Publish a function of ``api.py``; a call runs the module's implementation.

    :param local: the function needs none of the module's data, such as one that
        returns a URL. The caller's process runs it even if the module is remote.
    """

    def publish(contract: Callable[P, R]) -> Callable[P, R]:
        module, name = contract.__module__.split(".")[-2], contract.__name__

        @wraps(contract)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            provider = current_kernel.providers.get(module)
            if provider is None:
                raise ModuleNotActive(
                    f"{module}.{name}() was called, and {module!r} is not active: ask "
                    f"has_module({module!r}) first, or add it to depends_on."
                )
            result: R = getattr(provider, name)(*args, **kwargs)
            return result

        call.is_local = local  # type: ignore[attr-defined]
        return call

    return publish(function) if function else publish


def has_module(name: str) -> bool:
    """Return whether the module called ``name`` is active and can be called now.

    For modules in ``uses``: import their ``api`` in the branch where they are there.
    """
    module = current_kernel.active.get(name)
    return module is not None and module.is_available


def published_functions(api: ModuleType) -> dict[str, Callable[..., Any]]:
    """Return the published functions of an ``api.py``, by name."""
    return {
        name: value
        for name, value in vars(api).items()
        if inspect.isfunction(value)
        and value.__module__ == api.__name__
        and hasattr(value, "is_local")
    }


def check_provider(api: ModuleType, provider: Any) -> None:
    """Check that a provider has every published function with the same signature.

    :raises ModuleError: naming the first function that is missing or differs.
    """
    functions = published_functions(api)
    if functions and provider is None:
        raise ModuleError(
            f"{api.__file__}: no service.py beside it implements it.",
            error="interface-mismatch",
        )
    file = getattr(provider, "__file__", None) or repr(provider)
    for name, contract in functions.items():
        implemented = getattr(provider, name, None)
        if implemented is None:
            raise ModuleError(
                f"{file}: {name}() of {api.__name__} is missing.",
                error="interface-mismatch",
            )
        expected, found = _signature(contract), _signature(implemented)
        if expected != found:
            raise ModuleError(
                f"{file}: {name}{found} differs from its declaration in "
                f"{api.__file__}: {name}{expected}.",
                error="interface-mismatch",
            )


def _signature(function: Callable[..., Any]) -> str:
    # Evaluated: with ``from __future__ import annotations`` they are strings.
    return str(inspect.signature(function, eval_str=True))
