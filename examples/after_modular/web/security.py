"""Security: request forgery, rate limits, hosts and the headers of every response."""

from collections.abc import Callable
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, request
from flask_limiter import Limiter
from flask_wtf import CSRFProtect
from werkzeug.sansio.utils import host_is_trusted


def client_address() -> str:
    """Return the client's address, or the network of an IPv6 address.

    Providers give each customer a /64 or more, with addresses without number.
    """
    text = request.remote_addr or "no address"
    try:
        address = ip_address(text)
    except ValueError:  # a Unix socket, or a proxy that names its client otherwise
        return text
    return str(ip_network((address, 64 if address.version == 6 else 32), strict=False))


class ContainedLimiter(Limiter):
    """The rate limiter: a filter of a module that raises exempts no request."""

    def request_filter(self, function: Callable[[], bool]) -> Callable[[], bool]:
        """Register a function that says whether a request is exempt from limits."""

        def contained() -> bool:
            try:
                return function()
            except Exception:
                if not current_app.config["QUARANTINE"]:
                    raise
                current_app.logger.exception("%s(), a request filter, failed", function)
                return False

        super().request_filter(contained)
        return function


csrf = CSRFProtect()
# A request that was already answered must not fail because Redis is down.
limiter = ContainedLimiter(key_func=client_address, swallow_errors=True)

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# Load balancers, Prometheus and the site's own processes ask an instance by address.
MACHINE_PATHS = ("/healthz", "/readyz", "/metrics", "/internal/")


def init_app(app: Flask) -> None:
    """Protect every form, refuse other hosts, and add headers to every response."""
    if app.config["SECRET_KEY_IS_PUBLISHED"]:
        app.before_request(refuse_published_key)
    if app.config["BASE_URL"]:
        app.before_request(refuse_other_hosts)
    csrf.init_app(app)
    limiter.init_app(app)
    app.after_request(_add_headers)


def refuse_published_key() -> None:
    """Answer 503 on a server that others can reach, while the key is a published one.

    Only the development server on a loopback address may use it.
    """
    server = request.environ.get("SERVER_SOFTWARE", "")
    if not server:
        return  # a test client
    local = is_loopback(request.environ["SERVER_NAME"])
    if not (server.startswith("Werkzeug/") and local):
        abort(
            503, "Set SECRET_KEY, and APP_ENV=production, to serve this app to others."
        )


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach a server that listens on ``host``."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.startswith("unix:")


def refuse_other_hosts() -> None:
    """Answer 400 to a ``Host`` other than that of ``BASE_URL``.

    Flask's own ``TRUSTED_HOSTS`` would refuse the machines, too.
    """
    host = urlsplit(current_app.config["BASE_URL"]).hostname or ""
    trusted = host_is_trusted(request.host.lower(), [host])
    if not trusted and not request.path.startswith(MACHINE_PATHS):
        abort(400, "This is not the address of the site.")


def _add_headers(response: Response) -> Response:
    # A view that needs another value has set it already.
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response
