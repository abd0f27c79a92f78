"""The outbox: events are stored until every listener has processed them.

``publish`` writes one row per listener in the publisher's own transaction. The layer
``deliveries`` calls the listeners with these rows.
See https://microservices.io/patterns/data/transactional-outbox.html and the event
publication registry of Spring Modulith.
"""

from flask import Flask

from kernel.manifest import Module
from kernel.runtime import Kernel
from kernel.settings import load

from .dispatcher import Outbox
from .settings import OutboxSettings

module = Module(
    import_name=__name__,
    title="Outbox",
    summary="Stores events until every listener has processed them.",
)


def init_app(app: Flask) -> None:
    """Replace the in-process dispatcher of ``app`` by the outbox."""
    kernel = Kernel.of(app)
    broker, production = app.config.get("CELERY_BROKER_URL"), app.config["PRODUCTION"]
    default = "celery" if broker else "thread" if production else "inline"
    engine = load(app, OutboxSettings).EVENTS_ENGINE
    app.config["EVENTS_ENGINE"] = engine or default
    kernel.packages.append(module)
    kernel.dispatcher = Outbox(app)
