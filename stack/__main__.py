"""Run the stack while a command runs, or until Ctrl+C.

    python -m stack --app after --instances 2 --proxy haproxy
    python -m stack --log-ins 1 -- pytest tests/contract --base-url={url} ...

In the arguments of the command, {url}, {mail_folder}, {webhook_secret}, {admin_email}
and {admin_password} are replaced by their values.
"""

from __future__ import annotations

import argparse
import secrets
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from .errors import StackError
from .stack import ENGINES, PROXIES, Stack

ADMIN = "admin@example.com"


def main(arguments: list[str]) -> int:
    """Start the stack, run the command, return its exit code."""
    options, command = _parse(arguments)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        try:
            with _make_stack(Path(folder), options) as stack:
                return _run(stack, command)
        except StackError as error:
            print(error, file=sys.stderr)
            return 1


def _parse(arguments: list[str]) -> tuple[argparse.Namespace, list[str]]:
    mark = arguments.index("--") if "--" in arguments else len(arguments)
    parser = argparse.ArgumentParser(prog="python -m stack")
    parser.add_argument("--app", choices=["before", "after"], default="after")
    parser.add_argument("--instances", type=int, default=2)
    parser.add_argument("--log-ins", type=int, default=0)
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--broker", choices=ENGINES, default="embedded")
    parser.add_argument("--extracted", metavar="MODULE")
    parser.add_argument("--proxy", choices=PROXIES, default="nginx")
    parser.add_argument(
        "--database", choices=["postgresql", "sqlite"], default="postgresql"
    )
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    return parser.parse_args(arguments[:mark]), arguments[mark + 1 :]


def _make_stack(folder: Path, options: argparse.Namespace) -> Stack:
    given = vars(options)
    env = dict(pair.split("=", 1) for pair in given.pop("set"))
    return Stack(folder, env=env, **given)


def _run(stack: Stack, command: list[str]) -> int:
    password = secrets.token_urlsafe()
    stack.flask("create-admin", ADMIN, "--password", password)
    known = {
        "url": stack.url,
        "mail_folder": stack.mail_folder,
        "webhook_secret": stack.env["WEBHOOK_SECRET"],
        "admin_email": ADMIN,
        "admin_password": password,
    }
    if command:
        return subprocess.run([word.format_map(known) for word in command]).returncode
    for name, value in known.items():
        print(f"{name}: {value}", flush=True)
    print("Ctrl+C stops it.", flush=True)
    with suppress(KeyboardInterrupt):
        signal.pause()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
