"""Proxies: who the visitor is when a proxy stands in between."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix


def init_app(app: Flask) -> None:
    """Believe as many proxies as there are, and nobody else.

    Each adds to ``X-Forwarded-For``; the last one sets ``X-Forwarded-Proto`` and passes
    ``Host`` on. With a number that is too high, visitors choose their own address.
    """
    if count := app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=1, x_host=0
        )
