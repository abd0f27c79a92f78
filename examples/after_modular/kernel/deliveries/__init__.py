"""Deliveries: the engines that call listeners with stored events, and their commands.

A listener's work and the completion of its delivery are committed together, so an
interrupted delivery is rolled back and retried: at-least-once delivery, exactly-once
database effects.
"""

from flask import Flask

from kernel.outbox.dispatcher import ENGINES
from kernel.runtime import Kernel

from . import transaction
from .changes import check_changes
from .commands import events
from .inline import Inline
from .log import OutboxLog
from .worker import Idle, thread


def init_app(app: Flask) -> None:
    """Give the outbox its engines; call it before the outbox's."""
    ENGINES.update(inline=Inline, thread=thread, worker=Idle)
    transaction.init_app(app)
    kernel = Kernel.of(app)
    kernel.delivery_log = OutboxLog()
    kernel.doctor_checks.append(check_changes)
    app.cli.add_command(events)
