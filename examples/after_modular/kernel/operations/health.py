"""Health: what a load balancer asks, answered module by module."""

from __future__ import annotations

from flask import Blueprint, Flask
from sqlalchemy.exc import SQLAlchemyError

from kernel import migrations
from kernel.registry import active_modules, quarantined_modules

from . import services

blueprint = Blueprint("health", __name__)


def init_app(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(blueprint)


@blueprint.get("/healthz")
def healthz() -> dict[str, str]:
    """Say that the process answers: restart it when this fails."""
    return {"status": "ok"}


@blueprint.get("/readyz")
def readyz() -> tuple[dict[str, object], int]:
    """Say whether requests may be sent here, and how each module is.

    One module whose tables are not there holds nobody up: its pages answer 503, and
    the status is ``degraded``. A critical one, or the database itself, does.
    """
    states: dict[str, object] = {"services": services.states()}
    try:
        pending = migrations.pending()
    except SQLAlchemyError:
        reason = "the database does not answer"
        return {"status": "unavailable", "reason": reason, **states}, 503
    states |= {
        "modules": _modules(pending),
        "quarantined": sorted(quarantined_modules()),
    }
    if not pending:
        return {"status": "ok", **states}, 200
    reason = f"not migrated: {', '.join(pending.values())}. Run flask initialise."
    ready = not _hold_up(pending)
    status = "degraded" if ready else "unavailable"
    return {"status": status, "reason": reason, **states}, 200 if ready else 503


def _modules(pending: dict[str, str]) -> dict[str, str]:
    """Return the state of each module, and of packages with tables of their own."""
    return {
        **{module.name: "ok" for module in migrations.modules_with_tables()},
        **{name: "ok" for name in active_modules()},
        **{name: "not migrated" for name in pending},
        **{name: "quarantined" for name in quarantined_modules()},
    }


def _hold_up(pending: dict[str, str]) -> bool:
    """Whether the app can't do without these: all of them, or one that it rests on."""
    modules = active_modules()
    return len(pending) == len(migrations.modules_with_tables()) or any(
        name not in modules or modules[name].critical for name in pending
    )
