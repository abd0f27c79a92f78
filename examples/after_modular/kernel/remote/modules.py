"""Remote modules, as the others see them: the same manifest, the same functions.

What is put in place here holds for the whole process, since modules import each other.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache, wraps
from types import FunctionType, ModuleType
from typing import Any, NoReturn

from flask import current_app, has_request_context
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.local import LocalProxy

from kernel.events import idempotency_key
from kernel.exceptions import StartupError
from kernel.interfaces import published
from kernel.manifest import Module

from . import forwarding
from .calls import Call
from .peers import peer

# What needs the module's tables and is not asked for from elsewhere.
NOT_HERE = ("models", "demo")
# The parts whose functions are called where the module runs.
ASKED = ("api", "account_facts", "personal_data")
# Those that a page can do without for a while; a person's data is whole or not there.
DISPENSABLE = ("api", "account_facts")


@dataclass(frozen=True, kw_only=True)
class RemoteModule(Module):
    """The manifest of a module that runs in processes of its own."""

    def part(self, name: str) -> ModuleType | None:
        """Import what stands here for a file of the module.

        A page that could do without the module gets ``None`` while it does not
        answer. A delivery and a command get the ``api`` and fail: they can wait.
        """
        if name in NOT_HERE:
            return None
        if name in DISPENSABLE and _is_page() and not peer(self.name).answers:
            return None
        file = super().part(name)
        if file is None or name == "api":  # whose place was taken already
            return file
        if name == "listeners":
            return forwarding.forwarding(self.name, file)
        return asking(self.name, name, file) if name in ASKED else file


def install(module: Module) -> None:
    """Let the remote ``module`` be what others find and import.

    :raises StartupError: when they have imported the module itself already.
    """
    if isinstance(module, RemoteModule):
        return  # another app of this process has done it
    if f"{module.import_name}.api" in sys.modules:
        raise StartupError(
            f"REMOTE_MODULES names {module.name!r}, which this process has loaded: "
            "all apps of a process have the same remote modules."
        )
    manifest = {each.name: getattr(module, each.name) for each in fields(module)}
    vars(sys.modules[module.import_name])["module"] = RemoteModule(**manifest)
    if models := module.part("models"):
        vars(models)["session"] = LocalProxy(lambda: _refuse(module.name))
    if api := module.part("api"):
        asked = asking(module.name, "api", api)
        sys.modules[api.__name__] = asked
        vars(sys.modules[module.import_name])["api"] = asked
    module.part("remote")  # what the module itself does where it is remote


@cache
def asking(module: str, part: str, file: ModuleType) -> ModuleType:
    """Return a file with the same functions, which ask where the module runs."""
    asked = ModuleType(file.__name__, file.__doc__)
    asked.__file__ = file.__file__
    for name, value in published(file).items():
        is_asked = isinstance(value, FunctionType) and not hasattr(value, "anywhere")
        vars(asked)[name] = _asking(module, part, value) if is_asked else value
    return asked


def _asking(module: str, part: str, function: FunctionType) -> Callable[..., Any]:
    call = Call(function)
    path = f"/internal/api/{module}/{part}/{function.__name__}"

    @wraps(function)
    def ask(*args: Any, **kwargs: Any) -> Any:
        return call.read(peer(module).ask(path, call.write(*args, **kwargs)))

    return ask


def local_calls() -> dict[tuple[str, str, str], Call]:
    """Return what may be called here, by module, part and function."""
    modules = current_app.extensions["modules"].active.values()
    return {
        (module.name, part, name): Call(value)
        for module in modules
        if not isinstance(module, RemoteModule)
        for part in ASKED
        if (file := module.part(part))
        for name, value in published(file).items()
        if isinstance(value, FunctionType) and not hasattr(value, "anywhere")
    }


def _is_page() -> bool:
    return has_request_context() and idempotency_key() is None


def _refuse(module: str) -> NoReturn:
    current_app.logger.error(
        "The tables of %s are not in this database, but at %s: call its api.",
        module,
        peer(module).url,
    )
    raise ServiceUnavailable("This part of the site is not working. The rest is.")
