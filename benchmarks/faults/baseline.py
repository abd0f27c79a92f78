"""The baseline: commit, then `.delay()`, with Celery's default settings.

The same order and the same ledger as the shop's, without the email and the customer's
count.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

import sqlalchemy as sa
from celery import Celery
from flask import Flask

engine = sa.create_engine(
    os.environ["DATABASE_URL"].replace("postgresql:", "postgresql+psycopg:"),
    pool_pre_ping=True,
)
metadata = sa.MetaData()
orders = sa.Table(
    "shop_order",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("customer", sa.Integer, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("placed_at", sa.DateTime, nullable=False),
)
entries = sa.Table(
    "ledger_entry",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("listener", sa.String, nullable=False),
    sa.Column("order_id", sa.Integer, nullable=False),
    sa.Column("customer", sa.Integer, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("written_at", sa.DateTime, nullable=False),
)
celery = Celery("baseline", broker=os.environ.get("CELERY_BROKER_URL"))


def create_app() -> Flask:
    """Return the app, with everything loaded that the first message needs."""
    celery.finalize()
    assert celery.amqp
    assert celery.connection().transport
    app = Flask(__name__)

    @app.get("/shop/")
    def index() -> str:
        return "open"

    @app.post("/shop/orders/<int:order_id>")
    def order(order_id: int) -> tuple[str, int]:
        """Place an order: the row, then the message."""
        row = {"id": order_id, "customer": 0, "number": 0, "placed_at": _now()}
        with engine.begin() as connection:
            connection.execute(sa.insert(orders), row)
        record.delay(order_id)
        return "ordered", 201

    return app


@celery.task
def record(order_id: int) -> None:
    """Write an entry."""
    entry = {
        "listener": "record",
        "order_id": order_id,
        "customer": 0,
        "number": 0,
        "written_at": _now(),
    }
    with engine.begin() as connection:
        connection.execute(sa.insert(entries), entry)


def prepare() -> None:
    """Create the tables."""
    metadata.create_all(engine)
    engine.dispose()


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
