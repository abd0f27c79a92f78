"""The status of the app, without secrets."""

import platform
from importlib.metadata import version

from flask import current_app

from kernel import db, pending_migrations


def status() -> dict[str, str]:
    """Return facts for troubleshooting, by label."""
    pending = pending_migrations()
    state = f"not migrated: {', '.join(pending.values())}" if pending else "up to date"
    return {
        "Environment": current_app.config["APP_ENV"],
        "Database": f"{db.engine.dialect.name}, {state}",
        "Mail": current_app.config["MAIL_BACKEND"],
        "Python": platform.python_version(),
        "Flask": version("flask"),
        "SQLAlchemy": version("sqlalchemy"),
    }
