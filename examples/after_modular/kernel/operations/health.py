"""Health: ``/healthz`` and ``/readyz`` for load balancers and orchestrators."""

from __future__ import annotations

from ipaddress import ip_address

from flask import Blueprint, Flask, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from kernel import current_kernel, pending_migrations
from kernel.migrations import modules_with_tables

from .metrics import has_metrics_token

SERVICE_TIMEOUT = 0.3  # seconds; probes time out soon

blueprint = Blueprint("health", __name__)


def init_app(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(blueprint)


@blueprint.get("/healthz")
def healthz() -> dict[str, str]:
    """Return 200 while the process answers: restart it when this fails."""
    return {"status": "ok"}


@blueprint.get("/readyz")
def readyz() -> tuple[dict[str, object], int]:
    """Return 200 if requests may be sent to this process, or 503.

    One module that is not migrated takes nothing out of rotation: its pages answer 503.
    A critical module, a package of the kernel or the database itself does, and so does
    the thread that delivers events, if it has died.

    Anonymous clients see the overall status only. A client on this machine, or one that
    sends ``METRICS_TOKEN``, sees the state of each module and service, too.
    """
    details: dict[str, object]
    try:
        pending = pending_migrations()
    except SQLAlchemyError:
        up, details = False, {"reason": "the database does not answer"}
    else:
        up, details = not _blocks(pending), _describe(pending)
    for check in current_kernel.readiness_checks:
        if reason := check():
            up, details["reason"] = False, reason
    body: dict[str, object] = {"status": "up" if up else "down"}
    if _is_local() or has_metrics_token():
        body |= {**details, "services": service_states()}
    return body, 200 if up else 503


def service_states(timeout: float = SERVICE_TIMEOUT) -> dict[str, str]:
    """Return ``"ok"`` or the error of each service that pages work without.

    :param timeout: in seconds, for each of them.
    """
    urls = {
        "redis": current_app.config.get("REDIS_URL"),
        "broker": current_app.config.get("CELERY_BROKER_URL"),
    }
    return {name: _service_state(url, timeout) for name, url in urls.items() if url}


def _blocks(pending: dict[str, str]) -> bool:
    """Return whether the app can't work without these migrations."""
    modules = current_kernel.active
    return bool(pending) and (
        len(pending) == len(modules_with_tables())
        or any(name not in modules or modules[name].critical for name in pending)
    )


def _describe(pending: dict[str, str]) -> dict[str, object]:
    """Return the state of each module, and of packages that have tables."""
    states = {
        **{module.name: "ok" for module in modules_with_tables()},
        **dict.fromkeys(current_kernel.active, "ok"),
        **dict.fromkeys(pending, "not migrated"),
        **dict.fromkeys(current_kernel.quarantined, "quarantined"),
    }
    details: dict[str, object] = {
        "modules": states,
        "quarantined": sorted(current_kernel.quarantined),
    }
    if pending:
        missing = ", ".join(pending.values())
        details["reason"] = f"not migrated: {missing}. Run flask initialize."
    return details


def _is_local() -> bool:
    """Return whether the client is on this machine, with no proxy in between."""
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False  # a Unix socket: the client is a proxy


def _service_state(url: str, timeout: float) -> str:
    ping = _ping_amqp if url.startswith("amqp") else _ping_redis
    try:
        ping(url, timeout)
    except ImportError as error:
        return f"{error.name} is not installed"
    except Exception as error:  # the client libraries share no base class
        reason = str(error).rstrip(".") or type(error).__name__
        return f"does not answer: {reason}"
    return "ok"


def _ping_redis(url: str, timeout: float) -> None:
    from redis import Redis

    with Redis.from_url(
        url, socket_connect_timeout=timeout, socket_timeout=timeout
    ) as redis:
        redis.ping()


def _ping_amqp(url: str, timeout: float) -> None:
    from kombu.connection import Connection

    with Connection(url, connect_timeout=timeout) as connection:
        connection.connect()
