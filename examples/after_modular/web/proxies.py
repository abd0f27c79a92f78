"""Proxies: the client's address and scheme when reverse proxies are in front."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix


def init_app(app: Flask) -> None:
    """Trust ``X-Forwarded-*`` headers from ``TRUSTED_PROXIES`` hops.

    Each proxy appends to ``X-Forwarded-For``; the last one sets ``X-Forwarded-Proto``
    and passes ``Host`` on. If the number is too high, clients can forge their address.
    """
    if hops := app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=1, x_host=0
        )
