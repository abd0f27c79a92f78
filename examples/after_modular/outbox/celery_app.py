"""The Celery worker: ``celery -A outbox.celery_app worker``."""

from app import create_app

from . import delivery, queue
from .broker import TASK, make_celery
from .signals import working

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
