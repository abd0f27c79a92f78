"""Everyone's inbox: the directory into which MAIL_BACKEND=file writes."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

from .browser import PATIENCE

# Flask-Mailman ends every message of a file with this line.
RULE = b"\n" + b"-" * 79 + b"\n"


@dataclass(frozen=True)
class Mail:
    """One mail that the product sent."""

    to: str
    subject: str
    text: str

    def link(self, prefix: str) -> str:
        """Return the path of the link whose path starts with a prefix."""
        urls = re.findall(r"https?://[^\s<>\"')]+", self.text)
        paths = [urlsplit(url).path for url in urls]
        found = [path for path in paths if path.startswith(prefix)]
        assert found, f"expected a link to {prefix}… in “{self.subject}”, got {urls}"
        return found[0]


class Mailbox:
    """Reads the mails of the site that is tested."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._read: dict[Path, list[Mail]] = {}

    def to(self, address: str) -> list[Mail]:
        """Return all mails to an address, oldest first."""
        files = self.directory.glob("*.log")
        for file in sorted(files, key=lambda file: file.stat().st_mtime_ns):
            content = file.read_bytes()
            if file not in self._read and content.endswith(RULE):
                self._read[file] = [*map(_parse, content.split(RULE)[:-1])]
        return [m for mails in self._read.values() for m in mails if m.to == address]

    def wait(self, address: str, subject: str, count: int = 1) -> Mail:
        """Return the newest mail to an address whose subject starts so.

        Waits until there are `count` such mails: they may be sent in the background.
        """
        until = time.perf_counter() + PATIENCE
        while True:
            mails = self.to(address)
            found = [mail for mail in mails if mail.subject.startswith(subject)]
            if len(found) >= count:
                return found[-1]
            if time.perf_counter() > until:
                subjects = [mail.subject for mail in mails]
                raise AssertionError(
                    f"expected {count} mail(s) “{subject}…” to {address}, "
                    f"found {subjects} in {self.directory}"
                )
            time.sleep(0.05)

    def settled(self, address: str, count: int = 0) -> list[Mail]:
        """Return all mails to an address, `count` or more, and a moment for late ones.

        The first `count` are waited for: they may be sent in the background.
        """
        until = time.perf_counter() + PATIENCE
        while len(self.to(address)) < count and time.perf_counter() < until:
            time.sleep(0.05)
        time.sleep(0.25)
        return self.to(address)


def _parse(content: bytes) -> Mail:
    """Turn the source of a message into a Mail; addresses lose their name."""
    message = message_from_bytes(content, EmailMessage, policy=policy.default)
    body = message.get_body(("plain", "html"))
    text = body.get_content() if body else ""
    recipient = message["To"].addresses[0]
    return Mail(recipient.addr_spec, str(message["Subject"]), text)
