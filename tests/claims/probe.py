"""Start an app on an empty database, and let people in.

    python -m tests.claims.probe APP [PATH TEXT ...]

Somebody registers, confirms and logs in; then an admin opens each path. Fails at the
first page that does not answer, or not with its text.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.contract.mailbox import Mailbox
from tests.contract.people import People
from tests.contract.targets import InProcess


def probe(app: Path, pages: list[tuple[str, str]]) -> None:
    """Open each path and look for its text."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        site = InProcess(app, Path(folder))
        people = People(site, Mailbox(site.mail_directory))
        people.member().get("/auth/account").expect(200)
        admin = people.admin()
        for path, text in pages:
            page = admin.get(path).expect(200)
            if text not in page.text:
                page.fail(f"expected {text!r}")
        people.leave()


if __name__ == "__main__":
    _, app, *rest = sys.argv
    probe(Path(app), list(zip(rest[::2], rest[1::2], strict=True)))
