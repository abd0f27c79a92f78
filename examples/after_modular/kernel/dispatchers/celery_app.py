"""The Celery worker: ``celery -A kernel.dispatchers.celery_app worker``.

It loads the app as the ``flask`` command does: from ``FLASK_APP``, or from ``app.py``
in the current directory.
"""

from flask.cli import ScriptInfo

from kernel.exceptions import StartupError

from .celery import EXTENSION, TASK, deliver_one

flask_app = ScriptInfo().load_app()
if (engine := flask_app.config["EVENTS_ENGINE"]) != "celery":
    raise StartupError(
        f"EVENTS_ENGINE is {engine}: no process of the app sends deliveries to Celery. "
        "Set EVENTS_ENGINE to celery, and CELERY_BROKER_URL.",
        error="celery-not-selected",
    )
celery = flask_app.extensions[EXTENSION]


@celery.task(name=TASK)  # type: ignore[untyped-decorator]
def deliver(delivery_id: int) -> None:
    """Deliver the row that a message names."""
    with flask_app.app_context():
        deliver_one(delivery_id)
