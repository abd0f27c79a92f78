"""Dispatchers: existing task queues that deliver what the outbox stores."""

from blinker import signal
from flask import Flask

from kernel.runtime import Kernel
from kernel.settings import load

from .settings import DispatcherSettings

# Sent when the Celery app of a Flask app is made. The receiver gets ``celery`` and may
# configure it, or add tasks.
celery_made = signal("celery-made")


def init_app(app: Flask) -> None:
    """Offer Celery to the outbox, where it is configured; call it before the outbox's.

    :raises StartupError: when Celery is not installed, or has no broker.
    """
    broker = load(app, DispatcherSettings).CELERY_BROKER_URL
    if broker or Kernel.of(app).environment.get("EVENTS_ENGINE") == "celery":
        # Only now: an app without Celery has neither to install nor to import it.
        from . import celery

        celery.init_app(app, broker)
