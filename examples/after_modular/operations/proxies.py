"""Proxies: who the visitor is when a proxy stands in between."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix


def init_app(app: Flask) -> None:
    """Believe as many proxies as there are, and nobody else.

    The last of them must set ``X-Forwarded-For`` and ``X-Forwarded-Proto``, and pass
    ``Host`` on. With a number that is too high, visitors choose their own address.
    """
    if count := app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=0
        )
