"""The checks of ``flask doctor``: settings, files, services, database, modules."""

from __future__ import annotations

import os
import smtplib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from kernel import current_kernel, db, pending_migrations, utcnow

from .health import service_states
from .settings import OperationsSettings

MAIL_TIMEOUT = SERVICE_TIMEOUT = 3  # seconds
MINIMUM_PROCESSES = 4
MAXIMUM_CLOCK_SKEW = timedelta(seconds=2)


class CheckResult(NamedTuple):
    """What a check found.

    :param status: ``"FAIL"`` for what fails now, ``"WARN"`` for what may fail later.
    :param subject: what was checked, in a word or two.
    :param found: the state that the check found.
    :param fix: what to do about it; empty for ``"OK"``.
    """

    status: str
    subject: str
    found: str
    fix: str = ""

    def __str__(self) -> str:
        line = f"{self.status:<5} {self.subject}: {self.found}."
        return f"{line} {self.fix}" if self.fix else line


def check_settings() -> Iterator[CheckResult]:
    """Check for settings that are meant for development."""
    config = current_app.config
    if not config["PRODUCTION"]:
        found = f"APP_ENV is {config['APP_ENV']}"
        fix = "Set APP_ENV=production for real users."
        yield CheckResult("WARN", "settings", found, fix)
        return
    yield CheckResult("OK", "settings", "APP_ENV is production, and secrets are long")
    if (backend := config["MAIL_BACKEND"]) in ("console", "locmem"):
        found = f"MAIL_BACKEND is {backend}, which sends no mail"
        yield CheckResult("WARN", "mail", found, "Set it to smtp, and MAIL_SERVER.")
    if not OperationsSettings.current().METRICS_TOKEN:
        found = "METRICS_TOKEN is not set, so /metrics is off"
        yield CheckResult(
            "WARN", "metrics", found, "Set it, and give it to Prometheus."
        )


def check_proxies() -> Iterator[CheckResult]:
    """Compare the public URL with the number of trusted proxies."""
    if not current_app.config["PRODUCTION"]:
        return
    base_url: str = current_app.config["BASE_URL"]
    hops: int = current_app.config["TRUSTED_PROXIES"]
    if not base_url.startswith("https://"):
        found = "BASE_URL is not https, and cookies are sent over https only"
        fix = "Serve https: nobody can log in without it."
        yield CheckResult("FAIL", "proxies", found, fix)
    elif not hops:
        found = (
            "TRUSTED_PROXIES is 0: behind a proxy, all clients share one address and "
            "one login limit"
        )
        yield CheckResult("WARN", "proxies", found, "Set it to the number of proxies.")
    else:
        found = f"{hops} trusted in front of {base_url}"
        yield CheckResult("OK", "proxies", found)


def check_modules() -> Iterator[CheckResult]:
    """Check for modules that failed to load."""
    for each in current_kernel.quarantined.values():
        found = f"{each.name} is quarantined: {each.reason}"
        yield CheckResult("FAIL", "modules", found, "Fix it, and restart.")
    if not current_kernel.quarantined:
        yield CheckResult("OK", "modules", "all are loaded")


def check_files() -> Iterator[CheckResult]:
    """Check that the folders the app writes to are writable."""
    folders = {}
    if db.engine.dialect.name == "sqlite":
        folders["DATABASE_URL"] = str(Path(db.engine.url.database or "").parent)
    if current_app.config["MAIL_BACKEND"] == "file":
        folders["MAIL_FILE_PATH"] = current_app.config["MAIL_FILE_PATH"]
    if multiprocess := OperationsSettings.current().PROMETHEUS_MULTIPROC_DIR:
        folders["PROMETHEUS_MULTIPROC_DIR"] = multiprocess
    for setting, folder in folders.items():
        if os.access(folder, os.W_OK):
            yield CheckResult("OK", "files", f"the folder of {setting} is writable")
        else:
            found = f"the folder of {setting} is missing or not writable"
            fix = "Create it, owned by the user that the app runs as."
            yield CheckResult("FAIL", "files", found, fix)
    if not os.access(str(current_app.static_folder), os.R_OK):
        found = "the folder of static files is not readable"
        yield CheckResult("FAIL", "files", found, "Install the app with all folders.")


def check_mail() -> Iterator[CheckResult]:
    """Connect and log in to the mail server."""
    config = current_app.config
    if config["MAIL_BACKEND"] != "smtp":
        return
    address = config["MAIL_SERVER"], config["MAIL_PORT"]
    server = ":".join(map(str, address))
    try:
        with smtplib.SMTP(*address, timeout=MAIL_TIMEOUT) as smtp:
            if config["MAIL_USE_TLS"]:
                smtp.starttls()
            if config["MAIL_USERNAME"]:
                smtp.login(config["MAIL_USERNAME"], config["MAIL_PASSWORD"])
    except (OSError, smtplib.SMTPException) as error:
        fix = "Check MAIL_SERVER, MAIL_PORT, MAIL_USE_TLS and the password."
        yield CheckResult(
            "FAIL", "mail", f"{server} accepts no mail: {first_line(error)}", fix
        )
    else:
        yield CheckResult("OK", "mail", f"{server} answers")


def check_services() -> Iterator[CheckResult]:
    """Connect to Redis and to the broker."""
    for name, state in service_states(SERVICE_TIMEOUT).items():
        if state == "ok":
            yield CheckResult("OK", name, "answers")
        else:
            yield CheckResult("FAIL", name, state, "Start it, or correct its URL.")
    if current_app.config["PRODUCTION"] and not current_app.config["REDIS_URL"]:
        found = "REDIS_URL is not set: each process counts failed logins separately"
        yield CheckResult("WARN", "redis", found, "Set it if there are several.")


def check_database() -> Iterator[CheckResult]:
    """Connect to the database; if it answers, check its limits, clock and tables."""
    dialect = db.engine.dialect.name
    try:
        with db.engine.connect() as connection:
            if dialect == "postgresql":
                yield _check_connection_limit(connection)
                yield _check_clock(connection)
            else:
                yield CheckResult("OK", "database", f"{dialect} answers")
    except SQLAlchemyError as error:
        found = f"{dialect} does not answer: {first_line(error)}"
        yield CheckResult("FAIL", "database", found, "Start it, or fix DATABASE_URL.")
        return
    if pending := pending_migrations():
        found = f"not migrated: {', '.join(pending.values())}"
        yield CheckResult("FAIL", "tables", found, "Run flask initialize.")
    else:
        yield CheckResult("OK", "tables", "all are migrated")


def _check_connection_limit(connection: sa.Connection) -> CheckResult:
    """Compare the connections of one process with those that the server offers."""
    limit, reserved = (
        int(connection.execute(sa.text(f"SHOW {name}")).scalar_one())
        for name in ("max_connections", "superuser_reserved_connections")
    )
    config = current_app.config
    per_process = config["DATABASE_POOL_SIZE"] + config["DATABASE_MAX_OVERFLOW"]
    processes = (limit - reserved) // per_process
    found = (
        f"postgresql answers; {limit} connections are enough for {processes} "
        f"processes with up to {per_process} each"
    )
    if processes >= MINIMUM_PROCESSES:
        return CheckResult("OK", "database", found)
    fix = (
        "Lower DATABASE_POOL_SIZE and DATABASE_MAX_OVERFLOW, raise max_connections, "
        "or add PgBouncer."
    )
    return CheckResult("WARN" if processes else "FAIL", "database", found, fix)


def _check_clock(connection: sa.Connection) -> CheckResult:
    """Compare this machine's clock with the database server's."""
    skew = abs(utcnow() - connection.execute(sa.func.clock_timestamp()).scalar_one())
    found = f"{skew.total_seconds():.1f} s from the database's"
    if skew > MAXIMUM_CLOCK_SKEW:
        fix = "Let NTP set it: links and sessions expire by it."
        return CheckResult("WARN", "clock", found, fix)
    return CheckResult("OK", "clock", found)


def first_line(error: Exception) -> str:
    """Return an error in one line; of a database error, what the driver said."""
    return str(getattr(error, "orig", error)).strip().partition("\n")[0]


CHECKS: tuple[Callable[[], Iterator[CheckResult]], ...] = (
    check_settings,
    check_proxies,
    check_modules,
    check_files,
    check_mail,
    check_services,
    check_database,
)
