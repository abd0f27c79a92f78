"""What runs here, without a secret."""

import platform
from importlib.metadata import version

from flask import current_app

from kernel import db, pending_migrations


def status() -> dict[str, str]:
    """Return what to know when something is odd: a label for each fact."""
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
