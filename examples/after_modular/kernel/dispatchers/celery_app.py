"""The Celery worker: ``celery -A kernel.dispatchers.celery_app worker``."""

from app import create_app
from kernel.outbox import delivery, queue
from kernel.outbox.signals import working

from .celery import TASK, make_celery

flask_app = create_app({"EVENTS_ENGINE": "celery"})
celery = make_celery(flask_app)
working.send(flask_app, celery=celery)


@celery.task(name=TASK)  # type: ignore[untyped-decorator]
def deliver(delivery_id: int) -> None:
    """Deliver one row, unless it has been delivered, and what has waited for it."""
    with flask_app.app_context():
        rows = queue.claim_one(delivery_id)
        while rows:
            (row,) = rows
            delivery.deliver(row)
            rows = queue.claim_next(row)
