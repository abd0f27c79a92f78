"""The doctor's checks of the settings, the files, the mail and the services."""

from __future__ import annotations

import os
import smtplib
from collections.abc import Callable, Iterator
from pathlib import Path

from flask import current_app

from kernel.database import db
from kernel.registry import quarantined_modules

from . import services
from .finding import Finding

TIMEOUT = 3  # seconds


def check_settings() -> Iterator[Finding]:
    """Look at what is for development, and would surprise people."""
    config = current_app.config
    if not config["PRODUCTION"]:
        seen = f"APP_ENV is {config['APP_ENV']}"
        yield Finding("WARN", "settings", seen, "Set production where people come.")
        return
    yield Finding("OK", "settings", "APP_ENV is production, and the secrets are long")
    if config["MAIL_BACKEND"] in ("console", "locmem"):
        seen = f"MAIL_BACKEND is {config['MAIL_BACKEND']}: mails reach nobody"
        yield Finding("WARN", "mail", seen, "Set smtp and MAIL_SERVER.")
    if not config["METRICS_TOKEN"]:
        seen = "METRICS_TOKEN is not set, so /metrics is off"
        yield Finding("WARN", "metrics", seen, "Set it, and give it to Prometheus.")


def check_proxies() -> Iterator[Finding]:
    """Compare how the site is reached with how many proxies are believed."""
    if not current_app.config["PRODUCTION"]:
        return
    base_url, count = (
        current_app.config["BASE_URL"],
        current_app.config["TRUSTED_PROXIES"],
    )
    if not base_url.startswith("https://"):
        seen = "BASE_URL is not https, and cookies are sent over https only"
        yield Finding("FAIL", "proxies", seen, "Nobody can log in: serve https.")
    elif not count:
        seen = (
            "TRUSTED_PROXIES is 0: behind a proxy all visitors share one address, and "
            "so one limit of log-ins"
        )
        yield Finding("WARN", "proxies", seen, "Set it to the number of proxies.")
    else:
        yield Finding("OK", "proxies", f"{count} believed, in front of {base_url}")


def check_modules() -> Iterator[Finding]:
    """Name the modules that the app runs without."""
    for each in quarantined_modules().values():
        seen = f"{each.name} is quarantined: {each.reason}"
        yield Finding("FAIL", "modules", seen, "Mend it, and start again.")
    if not quarantined_modules():
        yield Finding("OK", "modules", "all are loaded")


def check_files() -> Iterator[Finding]:
    """Try to write where the app writes."""
    folders = []
    if db.engine.dialect.name == "sqlite":
        folders.append(Path(db.engine.url.database or "").parent)
    if current_app.config["MAIL_BACKEND"] == "file":
        folders.append(Path(current_app.config["MAIL_FILE_PATH"]))
    if current_app.config["PROMETHEUS_MULTIPROC_DIR"]:
        folders.append(Path(current_app.config["PROMETHEUS_MULTIPROC_DIR"]))
    for folder in folders:
        if os.access(folder, os.W_OK):
            yield Finding("OK", "files", f"{folder} may be written")
        else:
            seen = f"{folder} may not be written, or is not there"
            fix = "Create it, and give it to the user that the app runs as."
            yield Finding("FAIL", "files", seen, fix)
    if not os.access(str(current_app.static_folder), os.R_OK):
        fix = "Install the app with all its folders."
        yield Finding("FAIL", "files", "static/ can't be read", fix)


def check_mail() -> Iterator[Finding]:
    """Say hello to the mail server."""
    config = current_app.config
    if config["MAIL_BACKEND"] != "smtp":
        return
    where = f"{config['MAIL_SERVER']}:{config['MAIL_PORT']}"
    try:
        with smtplib.SMTP(
            config["MAIL_SERVER"], config["MAIL_PORT"], timeout=TIMEOUT
        ) as server:
            if config["MAIL_USE_TLS"]:
                server.starttls()
            if config["MAIL_USERNAME"]:
                server.login(config["MAIL_USERNAME"], config["MAIL_PASSWORD"])
    except (OSError, smtplib.SMTPException) as error:
        fix = "Check MAIL_SERVER, MAIL_PORT, MAIL_USE_TLS and the password."
        yield Finding("FAIL", "mail", f"{where} does not take mail: {error}", fix)
    else:
        yield Finding("OK", "mail", f"{where} answers")


def check_services() -> Iterator[Finding]:
    """Ask Redis and the broker, and see who is there to work for the broker."""
    for name, state in services.states(TIMEOUT).items():
        if state == "ok":
            yield Finding("OK", name, "answers")
        else:
            yield Finding("FAIL", name, state, "Start it, or correct its URL.")
    if current_app.config["PRODUCTION"] and not current_app.config["REDIS_URL"]:
        seen = "REDIS_URL is not set: each process counts failed log-ins for itself"
        yield Finding("WARN", "redis", seen, "Set it where there are several.")


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    check_settings,
    check_proxies,
    check_modules,
    check_files,
    check_mail,
    check_services,
)
