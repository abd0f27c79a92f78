"""A mail server that takes its time, and how long those wait who need it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from benchmarks.scale.people import email
from benchmarks.scale.site import Site
from benchmarks.scale.visitor import Visitor
from stack.machine import HOST, free_port

DELAY = 0.2  # seconds for each mail
FORM = "/auth/reset"
PATIENCE = 20  # seconds


class SlowInbox:
    """Takes every mail, after a while."""

    def __init__(self) -> None:
        self.addresses: list[str] = []

    async def handle_DATA(
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take a mail."""
        await asyncio.sleep(DELAY)
        self.addresses += envelope.rcpt_tos
        return "250 OK"


@contextmanager
def slow_mail_server() -> Iterator[tuple[SlowInbox, dict[str, str]]]:
    """Run the server; yield what it took, and the settings of those who use it."""
    port = free_port()
    inbox = SlowInbox()
    controller = Controller(inbox, hostname=HOST, port=port)
    controller.start()
    settings = {
        "MAIL_BACKEND": "smtp",
        "MAIL_SERVER": HOST,
        "MAIL_PORT": str(port),
        "BASE_URL": "http://127.0.0.1",
        "MAIL_IP_LIMIT": "10000 per hour",
    }
    try:
        yield inbox, settings
    finally:
        controller.stop()


def measure(sites: list[Site], inbox: SlowInbox, times: int) -> dict[str, object]:
    """Ask for links in turns; return how long the page took, and whether all came."""
    waited: dict[str, list[float]] = {site.name: [] for site in sites}
    asked: list[str] = []
    for number in range(1, times + 1):
        for site in sites:
            visitor = Visitor(site.url)
            token = visitor.token(FORM)
            asked.append(email(number))
            start = time.perf_counter()
            visitor.post(FORM, token, email=email(number))
            waited[site.name].append(1000 * (time.perf_counter() - start))
    deadline = time.monotonic() + PATIENCE
    while len(inbox.addresses) < len(asked) and time.monotonic() < deadline:
        time.sleep(0.1)
    return {
        "delay_ms": round(1000 * DELAY),
        "asked": len(asked),
        "arrived": len(inbox.addresses),
        **{f"{name}_ms": round(median(ms), 1) for name, ms in waited.items()},
    }
