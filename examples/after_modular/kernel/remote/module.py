"""Remote modules: the same manifest, with files that call the module's processes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from types import ModuleType
from typing import Any

from flask import g, has_request_context

from kernel.dispatcher import idempotency_key
from kernel.exceptions import ModuleError
from kernel.interfaces import published_functions
from kernel.manifest import Module
from kernel.runtime import Kernel

from .calls import Call, InvalidMessage, contribution_calls
from .client import RemoteCallError, RemoteModuleClient
from .forwarding import forwarding_listeners

Function = Callable[..., Any]


class RemoteModule(Module):
    """The manifest of a module that runs in other processes.

    Its pages are loaded, so that links to them can be built; its tables are elsewhere.
    """

    def __init__(
        self, module: Module, kernel: Kernel, client: RemoteModuleClient
    ) -> None:
        manifest = {each.name: getattr(module, each.name) for each in fields(module)}
        super().__init__(**manifest)
        self.kernel = kernel
        self.client = client

    @property
    def is_available(self) -> bool:
        """Whether a page can call the module now.

        A delivery or a command always tries: it can fail and be retried.
        """
        if not has_request_context() or idempotency_key():
            return True
        return self.name not in g.get("failed_modules", ()) and self.client.is_healthy

    def part(self, name: str) -> ModuleType | None:
        """Return what stands for a file of the module in this process."""
        if f"{name}.py" not in self._files or name == "models":
            return None
        if name == "service":
            return self._service()
        for point in self.kernel.extension_points:
            if point.name == name:
                return self._contribution(name, point.protocol)
        file = super().part(name)
        if name == "listeners" and file:
            return forwarding_listeners(self.client, file)
        return file

    def _service(self) -> ModuleType:
        """Return the client proxy that implements the module's ``api``."""
        api = super().part("api")
        contracts = published_functions(api) if api else {}
        functions = {
            name: self._local(contract)
            if contract.is_local  # type: ignore[attr-defined]
            else self._remote("service", Call(contract))
            for name, contract in contracts.items()
        }
        return self._proxy("service", functions)

    def _contribution(self, name: str, protocol: type) -> ModuleType | None:
        """Return the client proxy of a contribution to an extension point.

        A contribution whose types have no representation in JSON, such as the views of
        the admin panel, is used as it is. One that returns nothing, such as demo data,
        changes data: that is left to the module's own processes.
        """
        try:
            calls = contribution_calls(protocol)
        except ModuleError:
            return super().part(name)
        if any(call.returns is None for call in calls.values()):
            return None
        functions = {key: self._remote(name, call) for key, call in calls.items()}
        return self._proxy(name, functions)

    def _proxy(self, file: str, functions: dict[str, Function]) -> ModuleType:
        proxy = ModuleType(f"{self.import_name}.{file}")
        proxy.__file__ = str(self.path / f"{file}.py")
        vars(proxy).update(functions)
        return proxy

    def _local(self, contract: Function) -> Function:
        """Return a function that runs the module's own code in this process."""

        @wraps(contract)
        def run(*args: Any, **kwargs: Any) -> Any:
            service = Module.part(self, "service")
            return getattr(service, contract.__name__)(*args, **kwargs)

        return run

    def _remote(self, file: str, call: Call) -> Function:
        """Return a function that calls the module's processes."""
        path = f"/internal/api/{self.name}/{file}/{call.function.__name__}"

        @wraps(call.function)
        def request(*args: Any, **kwargs: Any) -> Any:
            response = self.client.call(path, call.write(*args, **kwargs))
            try:
                return call.read(response)
            except InvalidMessage as error:
                raise RemoteCallError(self.name, f"{path}: {error}") from error

        request.__signature__ = call.signature  # type: ignore[attr-defined]
        return request
