"""The services that the app can do without for a while: Redis and the broker."""

from __future__ import annotations

from flask import current_app

TIMEOUT = 0.3  # seconds; who asks for our health does not wait long


def states(timeout: float = TIMEOUT) -> dict[str, str]:
    """Return ``"ok"`` or what is wrong, for each service that the settings name."""
    urls = {
        "redis": current_app.config["REDIS_URL"],
        "broker": current_app.config["CELERY_BROKER_URL"],
    }
    return {name: state(url, timeout) for name, url in urls.items() if url}


def state(url: str, timeout: float) -> str:
    """Return ``"ok"`` if the service at ``url`` answers, or what is wrong with it."""
    ask = _ask_amqp if url.startswith("amqp") else _ask_redis
    try:
        ask(url, timeout)
    except ImportError as error:
        return f"{error.name} is not installed"
    except Exception as error:  # each of the libraries has many of its own
        reason = str(error).rstrip(".") or type(error).__name__
        return f"does not answer: {reason}"
    return "ok"


def _ask_redis(url: str, timeout: float) -> None:
    from redis import Redis

    with Redis.from_url(
        url, socket_connect_timeout=timeout, socket_timeout=timeout
    ) as redis:
        redis.ping()


def _ask_amqp(url: str, timeout: float) -> None:
    from kombu.connection import Connection

    with Connection(url, connect_timeout=timeout) as connection:
        connection.connect()
