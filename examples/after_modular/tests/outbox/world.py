"""The world of a trial: apps with the shop and the ledger, and one database."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from flask import Flask

from kernel import Event, Kernel, Module, db, events, listens, publish
from kernel.deliveries.delivery import deliver_due
from kernel.outbox.models import State, table

from ..kernel.shop import LEDGER, ThingSold, make_app, subscribe

SALE = sa.text("INSERT INTO sale VALUES (:thing, 'key')")


class World:
    """The shop publishes, the ledger listens; a deploy changes their code."""

    def __init__(self, database: str) -> None:
        self.database = database
        self.apps: list[Flask] = []
        self.app = self.make_app()
        self.received: list[Any] = []
        with self.app.app_context(), db.engine.begin() as connection:
            connection.execute(sa.delete(table))
            connection.execute(sa.text("DELETE FROM sale"))

    def make_app(self, **settings: Any) -> Flask:
        """Return another process of the app, without listeners."""
        settings = {"EVENTS_ENGINE": "worker", "EVENTS_BACKOFF": 0, **settings}
        settings.setdefault("EVENTS_MAX_ATTEMPTS", 2)
        app = make_app(self.database, migrate=False, **settings)
        self.apps.append(app)
        return app

    def close(self) -> None:
        """Return the connections of all apps."""
        for app in self.apps:
            with app.app_context():
                db.engine.dispose()

    def listen(self, *listeners: Callable[..., None], app: Flask | None = None) -> None:
        """Add listeners to the ledger."""
        subscribe(app or self.app, *listeners)

    def note(
        self,
        event: type[Event] | str = ThingSold,
        *,
        module: Module = LEDGER,
        **options: Any,
    ) -> None:
        """Add the listener ``note`` of a module, which keeps what it receives."""

        @listens(event, **options)
        def note(event):  # type: ignore[no-untyped-def]
            self.received.append(event)

        subscribe(self.app, note, module=module)

    def event(
        self, name: str, fields: str, module: str = "shop", **attributes: Any
    ) -> type[Any]:
        """Define an event of the shop, as a deploy of its ``events.py`` does."""
        path = f"found.{module}.events"
        namespace: dict[str, Any] = {"__name__": path}
        source = "\n    ".join(["pass", *fields.split("; ")] if fields else ["pass"])
        exec(
            "from __future__ import annotations\n"
            "from datetime import *\nfrom enum import Enum\nfrom kernel import Event\n"
            f"class {name}(Event):\n    {source}\n",
            namespace,
        )
        found = namespace[name]
        for key, value in attributes.items():
            setattr(found, key, value)
        found.__module__ = path
        sys.modules[path] = file = ModuleType(path)
        vars(file).update(namespace)
        cls = dataclass(frozen=True, kw_only=True)(found)
        setattr(file, name, cls)
        Kernel.of(self.app).events.pop(f"{module}.{name}", None)
        events.register(self.app, file)
        return cls

    def deploy(self, fields: str = "", name: str = "Sold", **attributes: Any) -> Any:
        """Replace all code by that of an event class, without listeners."""
        kernel = Kernel.of(self.app)
        kernel.subscriptions.clear()
        kernel.events.clear()
        return self.event(name, fields, **attributes)

    def publish(self, *published: Event) -> None:
        """Publish events of the shop, and commit."""
        for each in published:
            publish(each)
        db.get_session("shop").commit()

    def sell(self, *things: str, price: int = 1) -> None:
        """Sell things."""
        self.publish(*(ThingSold(thing=thing, price=price) for thing in things))

    def deliver(self) -> list[str]:
        """Deliver what is due; return what failed."""
        return [f"{type(each).__name__}: {each}" for each in deliver_due()]

    def states(self) -> list[str]:
        """Return the states of the deliveries."""
        with db.engine.connect() as connection:
            states = sa.select(table.c.state).order_by(table.c.id)
            return [State(each).lower() for each in connection.scalars(states)]

    def sales(self) -> list[str]:
        """Return the things in the table of the ledger."""
        with db.engine.connect() as connection:
            return list(connection.scalars(sa.text("SELECT thing FROM sale")))

    def change(self, **values: Any) -> None:
        """Change all stored deliveries."""
        with db.engine.begin() as connection:
            connection.execute(sa.update(table).values(values))

    def run(self, *arguments: str) -> tuple[int, str]:
        """Run ``flask events``; return its exit code and its output."""
        result = self.app.test_cli_runner().invoke(args=["events", *arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result.exit_code, result.output


def call_as(module: str, function: Callable[[], Any]) -> Any:
    """Call a function from code of a module."""
    namespace: dict[str, Any] = {"__name__": module, "function": function}
    exec("def call():\n    return function()\n", namespace)
    return namespace["call"]()
