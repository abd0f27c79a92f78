"""Visit a broken app: real requests to pages of every module, as in production.

``prepare`` makes a database with users, their sessions and posts on a sound app;
``look`` visits a broken one as the same users. Each runs in a process of its own, since
each app is another one; the process is forked from one that has imported the libraries.
"""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from tests.contract.browser import Page
from tests.contract.mailbox import Mailbox
from tests.contract.people import People, Person
from tests.contract.targets import InProcess

SETTINGS = {
    "APP_ENV": "production",
    "SECRET_KEY": "the key of a site that is visited before and after",
    "BASE_URL": "https://localhost",
    "PAYMENT_SANDBOX": "1",  # a visit pays on its page
}
URL = "https://localhost/"
# What every app imports, so that it is imported once.
PRELOADED = [
    "alembic.command",
    "celery",
    "flask_limiter",
    "flask_login",
    "flask_sqlalchemy_lite",
    "flask_wtf",
    "prometheus_client",
    "structlog",
]
DEADLINE = 8  # seconds for a visit; a slow contribution is left out after 2


class Log(logging.Handler):
    """Counts the errors that the app logs."""

    errors = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Count one."""
        self.errors += record.levelno >= logging.ERROR


@dataclass
class Guests:
    """Who visits: their sessions were opened before the bug came."""

    stranger: Person
    member: Person
    admin: Person


@dataclass(frozen=True)
class Visit:
    """A request, or a few, to pages of one module; raises if they don't answer."""

    module: str
    what: str
    do: Callable[[Guests], object]


def opens(who: str, path: str, status: int = 200) -> Callable[[Guests], object]:
    """Return a visit that opens a page."""
    return lambda guests: getattr(guests, who).get(path).expect(status)


def rename(guests: Guests) -> None:
    """Change one's name: the blog hears of it."""
    form = guests.member.get("/auth/account").expect(200).form("/auth/account")
    form.fill(name="Ada").submit().expect(302)


def sign_up(guests: Guests) -> None:
    """Register, confirm and log in: notifications and dashboard hear of it."""
    guests.stranger.register().expect(302)
    guests.stranger.confirm().expect(302)
    guests.stranger.log_in().expect(302)


def pay(guests: Guests) -> Page:
    """Go Pro: notifications and dashboard hear of it."""
    checkout = guests.member.checkout()
    return guests.member.pay(checkout).to("/billing/")


def write(guests: Guests) -> None:
    """Publish a post and read it: the dashboard hears of it."""
    guests.stranger.get(guests.member.publish()).expect(200)


def leave(guests: Guests) -> None:
    """Delete one's account: everybody forgets the person."""
    guests.stranger.delete_account().expect(302)


VISITS = [
    Visit("site", "GET /", opens("stranger", "/")),
    Visit("site", "GET /healthz", opens("stranger", "/healthz")),
    Visit("site", "GET /missing", opens("stranger", "/missing", 404)),
    Visit("auth", "GET /auth/login", opens("stranger", "/auth/login")),
    Visit("auth", "sign up", sign_up),
    Visit("auth", "GET /auth/account", opens("member", "/auth/account")),
    Visit("auth", "change one's name", rename),
    Visit("auth", "export one's data", opens("member", "/auth/account/export")),
    Visit("billing", "GET /billing/plans", opens("member", "/billing/plans")),
    Visit("billing", "pay", pay),
    Visit("billing", "GET /billing/", opens("member", "/billing/")),
    Visit("blog", "GET /blog/", opens("admin", "/blog/")),
    Visit("blog", "GET /blog/feed.atom", opens("admin", "/blog/feed.atom")),
    Visit("blog", "publish and read a post", write),
    Visit("notifications", "GET /notifications/", opens("member", "/notifications/")),
    Visit(
        "notifications",
        "GET /notifications/preferences",
        opens("member", "/notifications/preferences"),
    ),
    Visit("dashboard", "GET /dashboard/", opens("member", "/dashboard/")),
    Visit("admin", "GET /admin/", opens("admin", "/admin/")),
    Visit("admin", "GET /admin/users", opens("admin", "/admin/users")),
    Visit("admin", "GET /admin/status", opens("admin", "/admin/status")),
    Visit("admin", "GET /admin/data/", opens("admin", "/admin/data/")),
    Visit("auth", "delete one's account", leave),
]


TRIGGERS = [visit for visit in VISITS if visit.what.startswith("GET")]


def open_site(app: Path, directory: Path) -> tuple[InProcess, Guests, People]:
    """Load the app with the database in the directory; nobody is logged in."""
    site = InProcess(app, directory, initialize=False, **SETTINGS)
    people = People(site, Mailbox(site.mail_directory))
    guests = Guests(*(people.stranger(base_url=URL) for _ in range(3)))
    for guest in (guests.stranger, guests.member, guests.admin):
        guest.client.headers["Referer"] = URL  # over HTTPS no form goes without it
    return site, guests, people


def prepare(app: Path, state: Path) -> dict[str, Any]:
    """Make a database with a member and an admin, and keep their cookies."""
    site, guests, _ = open_site(app, state)
    site.flask("initialize")
    guests.admin.email, guests.admin.password = "admin@example.com", "an admin's word"
    site.flask("create-admin", guests.admin.email, "--password", "an admin's word")
    guests.member.register().expect(302)
    guests.member.confirm().expect(302)
    for who in ("member", "admin"):
        person = getattr(guests, who)
        person.log_in().expect(302)
        cookies = [[c.name, c.value, c.domain] for c in person.client.cookies.jar]
        (state / f"{who}.json").write_text(json.dumps(cookies))
    shutil.rmtree(site.mail_directory)
    return {}


def look(app: Path, state: Path) -> dict[str, Any]:
    """Migrate, make all :data:`VISITS`, and say what did not answer."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        directory = Path(folder)
        for file in state.iterdir():
            shutil.copy(file, directory)
        try:
            site, guests, people = open_site(app, directory)
        except SystemExit as refusal:
            return {"started": False, "refused": True, "reason": str(refusal)}
        except BaseException as error:
            reason = f"a traceback: {type(error).__name__}: {error}"
            return {"started": False, "refused": False, "reason": reason}
        site.app.logger.addHandler(log := Log())
        migrated = site.app.test_cli_runner().invoke(args=["initialize"])
        for who in ("member", "admin"):
            cookies = json.loads((state / f"{who}.json").read_text())
            for cookie in cookies:
                getattr(guests, who).client.cookies.set(*cookie)
        for visit in TRIGGERS:  # what a page changes must show on those before it, too
            broken(visit, guests)
        visits = [
            {
                "module": visit.module,
                "what": visit.what,
                "broken": broken(visit, guests),
            }
            for visit in VISITS
        ]
        ready = None
        with suppress(Exception):  # a hook may raise at the end of each request
            ready = guests.stranger.get("/readyz").status
            people.leave()
    return {
        "started": True,
        "migrated": migrated.exit_code == 0,
        "ready": ready,
        "logged": log.errors,
        "visits": visits,
    }


def broken(visit: Visit, guests: Guests) -> str:
    """Return what went wrong on a visit, in one line; nothing if it went well."""
    found: SimpleQueue[str] = SimpleQueue()

    def go() -> None:
        try:
            visit.do(guests)
        except Exception as error:
            found.put(str(error).partition("\n")[0] or type(error).__name__)
        except BaseException as error:  # a server's process would end
            found.put(f"the process ends: {type(error).__name__}")
        else:
            found.put("")

    threading.Thread(target=go, daemon=True).start()
    try:
        return found.get(timeout=DEADLINE)
    except Empty:
        return f"no answer within {DEADLINE} seconds"


def run(
    work: Callable[[Path, Path], dict[str, Any]], app: Path, state: Path
) -> dict[str, Any]:
    """Do work in a process of its own; return what it has seen."""
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload([__name__, *PRELOADED])
    receiver, sender = forks.Pipe(duplex=False)
    process = forks.Process(target=_run, args=(work, app, state, sender))
    process.start()
    sender.close()
    try:
        seen: dict[str, Any] = receiver.recv()
    except EOFError:
        raise AssertionError(f"{work.__name__}() failed: see the log") from None
    finally:
        process.join()
    return seen


def _run(
    work: Callable[[Path, Path], dict[str, Any]], app: Path, state: Path, sender: Any
) -> None:
    sys.dont_write_bytecode = True
    sender.send(work(app, state))
    os._exit(0)  # a visit that got no answer may still be at work
