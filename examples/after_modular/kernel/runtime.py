"""The kernel object: what one app knows about its modules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, current_app
from werkzeug.local import LocalProxy

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from .delivery_log import DeliveryLog
    from .dispatcher import Dispatcher
    from .events import Event, Subscription
    from .extension_points import ExtensionPoint
    from .manifest import Module
    from .settings import ModuleSettings

EXTENSION = "kernel"


@dataclass(frozen=True, kw_only=True)
class QuarantinedModule:
    """A module that is disabled because it failed to load.

    :param name: the name of the module.
    :param url_prefix: its pages, which answer 503.
    :param reason: the error, with its file and line.
    """

    name: str
    url_prefix: str
    reason: str


@dataclass(kw_only=True)
class Kernel:
    """The state of the kernel in one app.

    :param environment: the source of all settings: ``os.environ`` and overrides.
    :param read_engine: the engine in autocommit mode, for requests that only read.
    :param substitutes: manifests to load instead of the discovered ones: of modules
        that are remote, or faked in a test.
    :param active: the modules that run, by name, in load order.
    :param quarantined: the modules that failed to load, by name.
    :param providers: what implements each module's ``api``: its service, a fake, or
        a client of a remote module.
    :param events: the published event classes, by ``"module.Event"``.
    :param subscriptions: the listeners of each event name.
    :param dispatcher: what delivers events to listeners.
    :param delivery_log: the stored deliveries, where a dispatcher stores them.
    :param settings: the validated settings, by their class.
    :param extension_points: where modules add to each other's pages and exports.
    :param packages: packages beside the modules that have tables to migrate.
    :param module_checks: called with the app and each module once all are registered.
    :param readiness_checks: return why no requests should be sent to this process.
    :param doctor_checks: called by ``flask doctor``; each layer may add its own. They
        yield a status (OK, WARN or FAIL), the subject, what was found, and the fix.
    """

    environment: Mapping[str, Any]
    read_engine: Engine | None = None
    substitutes: dict[str, Module] = field(default_factory=dict)
    active: dict[str, Module] = field(default_factory=dict)
    quarantined: dict[str, QuarantinedModule] = field(default_factory=dict)
    providers: dict[str, Any] = field(default_factory=dict)
    events: dict[str, type[Event]] = field(default_factory=dict)
    subscriptions: defaultdict[str, list[Subscription]] = field(
        default_factory=lambda: defaultdict(list)
    )
    dispatcher: Dispatcher
    delivery_log: DeliveryLog | None = None
    settings: dict[type[ModuleSettings], Any] = field(default_factory=dict)
    extension_points: list[ExtensionPoint[Any]] = field(default_factory=list)
    packages: list[Module] = field(default_factory=list)
    module_checks: list[Callable[[Flask, Module], None]] = field(default_factory=list)
    readiness_checks: list[Callable[[], str | None]] = field(default_factory=list)
    doctor_checks: list[Callable[[], Iterable[tuple[str, str, str, str]]]] = field(
        default_factory=list
    )

    @classmethod
    def of(cls, app: Flask) -> Kernel:
        """Return the kernel of ``app``."""
        kernel: Kernel = app.extensions[EXTENSION]
        return kernel

    def quarantine(self, name: str, url_prefix: str, reason: str) -> None:
        """Disable a module, whatever of it is loaded already."""
        self.quarantined[name] = QuarantinedModule(
            name=name, url_prefix=url_prefix, reason=reason
        )
        self.active.pop(name, None)
        self.providers.pop(name, None)
        for listeners in self.subscriptions.values():
            listeners[:] = [each for each in listeners if each.module != name]
        for event in [each for each in self.events if each.startswith(f"{name}.")]:
            del self.events[event]

    def listeners(self) -> dict[str, Subscription]:
        """Return the listeners of this app, by their names and previous names."""
        found = [each for some in self.subscriptions.values() for each in some]
        previous = {name: each for each in found for name in each.previous_names}
        return previous | {each.name: each for each in found}


# The kernel of the current app, as ``current_app`` is the app.
current_kernel = cast(Kernel, LocalProxy(lambda: current_app.extensions[EXTENSION]))
