"""Both apps with the same demo data, and a browser to look at them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

EXAMPLES = Path(__file__).parents[2] / "examples"
APPS = {"before": EXAMPLES / "before_monolith", "after": EXAMPLES / "after_modular"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
START_SECONDS = 30
ADMIN = "admin@example.com"
PASSWORD = "inkwell-demo"
Scheme = Literal["light", "dark"]


def find_browser() -> str | None:
    """Return the path of an installed Chromium; none is ever downloaded."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@contextmanager
def serve(app: str, folder: Path) -> Iterator[str]:
    """Serve an app with demo data; yield its address.

    :param app: ``before`` or ``after``.
    :param folder: where to put the database.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    database = f"sqlite:///{(folder / f'{app}.db').as_posix()}"
    environment = os.environ | {"DATABASE_URL": database, "MAIL_BACKEND": "locmem"}
    flask = [sys.executable, "-m", "flask"]
    options = {"cwd": APPS[app], "env": environment}
    for command in (["initialize"], ["demo", "--users", "30"]):
        subprocess.run([*flask, *command], check=True, capture_output=True, **options)  # type: ignore[call-overload]
    log = (folder / f"{app}.log").open("w")
    server = subprocess.Popen(
        [*flask, "run", "--port", str(port)],
        stdout=log,
        stderr=log,
        **options,  # type: ignore[call-overload]
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address)
        yield address
    finally:
        server.terminate()
        server.wait()
        log.close()


def _wait_for(address: str) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"{address}/healthz").close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


@contextmanager
def launch() -> Iterator[Browser]:
    """Start the browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser(), args=["--no-sandbox"]
        )
        yield browser
        browser.close()


def visit(
    browser: Browser, address: str, *, width: int, scheme: Scheme, log_in: bool
) -> Page:
    """Return a page of a new browser window, logged in as the demo admin or not."""
    window = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme
    )
    page = window.new_page()
    if log_in:
        page.goto(f"{address}/auth/login")
        page.fill("[name=email]", ADMIN)
        page.fill("[name=password]", PASSWORD)
        page.click("main form button")
        page.wait_for_url("**/dashboard/")
    return page
