"""The proxy in front of the app, with the configuration that the app ships."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path

from .app import DEPLOY
from .errors import StackError
from .machine import find_program
from .process import Process, answers_http
from .watchdog import Watchdog

MAX_INSTANCES = 4  # servers in haproxy.cfg

# The main configuration, which nginx's container image has around the template.
NGINX_MAIN = """\
{user}daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr notice;
events {{ worker_connections 4096; }}
http {{
    include {folder}/mime.types;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


def nginx(
    folder: Path,
    watchdog: Watchdog,
    address: str,
    apps: Sequence[str],
    log_ins: Sequence[str],
) -> Process:
    """Return an nginx.

    :param address: its ``host:port``.
    :param apps: the addresses of the app's instances.
    :param log_ins: the addresses of the login processes; the instances, if empty.
    """
    home = folder / "nginx"
    for name in ("cache", "tls"):
        (home / name).mkdir(parents=True, exist_ok=True)
    values = {
        "LISTEN": address,
        "APP_SERVERS": _servers(apps),
        "LOG_IN_SERVERS": _servers(log_ins, backup=apps) if log_ins else _servers(apps),
        "CACHE_FOLDER": str(home / "cache"),
        "TLS_FOLDER": str(home / "tls"),
    }
    template = DEPLOY / "nginx.conf.template"
    (home / "site.conf").write_text(fill_in(template.read_text(), values))
    (home / "mime.types").write_text("types { text/html html; }\n")
    user = "user root;\n" if os.geteuid() == 0 else ""
    (home / "nginx.conf").write_text(NGINX_MAIN.format(folder=home, user=user))
    program = find_program("nginx")
    process = Process(
        "proxy",
        [program, "-e", "stderr", "-p", str(home), "-c", str(home / "nginx.conf")],
        folder / "proxy.log",
        watchdog,
        lambda: answers_http(f"http://{address}/healthz"),
        stop_signal=signal.SIGQUIT,
    )
    return process


def haproxy(
    folder: Path,
    watchdog: Watchdog,
    address: str,
    apps: Sequence[str],
    log_ins: Sequence[str],
) -> Process:
    """Return an HAProxy; the parameters are those of :func:`nginx`."""
    if len(apps) > MAX_INSTANCES:
        raise StackError(f"haproxy.cfg has room for {MAX_INSTANCES} instances.")
    env = {"LISTEN": address}
    env |= {f"APP_{number}": app for number, app in enumerate(apps, 1)}
    env |= {f"LOG_IN_{number}": app for number, app in enumerate(log_ins, 1)}
    process = Process(
        "proxy",
        [find_program("haproxy"), "-db", "-f", str(DEPLOY / "haproxy.cfg")],
        folder / "proxy.log",
        watchdog,
        lambda: answers_http(f"http://{address}/healthz"),
        env=env,
        stop_signal=signal.SIGUSR1,
    )
    return process


def fill_in(template: str, values: Mapping[str, str]) -> str:
    """Replace each ``${NAME}``, as envsubst does; each name must have a value."""
    return re.sub(r"\$\{(\w+)\}", lambda found: values[found[1]], template)


def _servers(addresses: Sequence[str], backup: Sequence[str] = ()) -> str:
    """Return the lines of an nginx upstream."""
    lines = [f"server {address} max_fails=0;" for address in addresses]
    lines += [f"server {address} max_fails=0 backup;" for address in backup]
    return "\n    ".join(lines)
