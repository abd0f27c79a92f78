"""The outbox: events are rows of the database until each listener has had them.

``publish`` writes one row for each listener, in the publisher's own transaction: either
both are there or neither. A row is done when the listener's work and the note that it
is done have been committed together. What is killed in between is brought again.

The pattern: https://microservices.io/patterns/data/transactional-outbox.html. The rows,
one for each event and listener, are those of Spring Modulith's event publication
registry.
"""

from flask import Flask

from kernel import events, migrations
from kernel.manifest import Module

from . import commands, engines
from .carrier import Outbox
from .delivery import deliver_due
from .models import Delivery, State, session
from .queue import counts, retry
from .signals import delivered, recording

__all__ = [
    "Delivery",
    "State",
    "counts",
    "deliver_due",
    "delivered",
    "init_app",
    "module",
    "recording",
    "retry",
    "session",
]

module = Module(
    import_name=__name__,
    title="Outbox",
    summary="Keeps the events until every listener has had them.",
)


def init_app(app: Flask) -> None:
    """Let the outbox carry the app's events, with the engine of ``EVENTS_ENGINE``."""
    migrations.add(app, module)
    app.extensions[events.EXTENSION].carrier = Outbox(app)
    engines.init_app(app)
    commands.init_app(app)
