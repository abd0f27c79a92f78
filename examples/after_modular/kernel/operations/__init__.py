"""Operations: what those who run the app see of it. No module knows of this."""

from flask import Flask

from . import doctor, health, logs, metrics, outages, proxies, requests, tracing


def init_app(app: Flask) -> None:
    """Let the app be watched; call it before the modules register their pages."""
    for part in (logs, tracing, proxies, requests, metrics, outages, health, doctor):
        part.init_app(app)
