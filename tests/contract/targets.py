"""Where the suite runs: an app loaded into this process, or a running server.

Both hand out httpx clients, so that no test knows the difference.
"""

from __future__ import annotations

import importlib
import itertools
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from flask import Flask

# Each browser of an app in this process gets its own client address.
_addresses = (f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}" for n in itertools.count(1))
WEBHOOK_SECRET = "whsec_Y29udHJhY3Qtc3VpdGUtd2ViaG9vay1zZWNyZXQhIQ=="


@dataclass(frozen=True)
class Live:
    """A server that somebody else started."""

    base_url: str
    mail_directory: Path
    admin_email: str
    admin_password: str
    webhook_secret: str

    def client(self) -> httpx.Client:
        """Return a client with an empty cookie jar."""
        # A server may close a connection after refusing a body it did not read.
        limits = httpx.Limits(max_keepalive_connections=0)
        return httpx.Client(
            base_url=self.base_url, limits=limits, timeout=30, trust_env=False
        )

    def close(self) -> None:
        """Leave the server running."""


class InProcess:
    """An app loaded into this process, with its own database and mail directory."""

    admin_email = "admin@example.com"
    admin_password = "an admin's long password"
    webhook_secret = WEBHOOK_SECRET

    def __init__(
        self, folder: Path, directory: Path, *, initialize: bool = True, **settings: str
    ) -> None:
        self.folder = folder.resolve()
        self.mail_directory = directory / "mail"
        self.mail_directory.mkdir()
        settings = {
            "APP_ENV": "testing",
            "SECRET_KEY": "the contract suite's own secret key",
            "WEBHOOK_SECRET": WEBHOOK_SECRET,
            "DATABASE_URL": f"sqlite:///{(directory / 'app.db').as_posix()}",
            "MAIL_BACKEND": "file",
            "MAIL_FILE_PATH": str(self.mail_directory),
        } | settings
        self.base_url = settings.get("BASE_URL", "http://localhost")
        self._others = self._unload()
        sys.path.insert(0, str(self.folder))
        try:
            self.app = self._load(settings)
            if initialize:
                self.flask("initialize")
                password = self.admin_password
                self.flask("create-admin", self.admin_email, "--password", password)
        except BaseException:
            self.close()
            raise

    def _load(self, settings: dict[str, str]) -> Flask:
        """Import the folder's app.py: it has an app, or a factory for one."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in settings.items():
                patch.setenv(name, value)
            module = importlib.import_module("app")
            return module.app if hasattr(module, "app") else module.create_app()

    def _unload(self) -> dict[str, ModuleType]:
        """Take this folder's modules out of `sys.modules`: others have an `app`, too.

        Where the suite is part of the app, there is no other one.
        """
        if Path(__file__).is_relative_to(self.folder):
            return {}
        ours = {
            name: module
            for name, module in sys.modules.items()
            if self.folder in Path(_source(module)).parents
        }
        for name in ours:
            del sys.modules[name]
        return ours

    def flask(self, *command: str) -> str:
        """Run a command of the app, such as `flask initialize`; return its output."""
        result = self.app.test_cli_runner().invoke(args=command)
        if result.exit_code:
            raise AssertionError(f"flask {command[0]} failed:\n{result.output}") from (
                result.exception
            )
        return result.output

    def client(
        self, base_url: str | None = None, address: str | None = None
    ) -> httpx.Client:
        """Return a client with an empty cookie jar and its own address."""
        transport = httpx.WSGITransport(
            _with_wsgi_path(self.app), remote_addr=address or next(_addresses)
        )
        base_url = base_url or self.base_url
        # Browsers send it, and Flask-WTF asks for it on HTTPS.
        headers = {"referer": f"{base_url}/"}
        return httpx.Client(base_url=base_url, headers=headers, transport=transport)

    def close(self) -> None:
        """Close the database and put `sys.modules` back, for another app to load."""
        if hasattr(self, "app"):
            with self.app.app_context():
                for engine in self.app.extensions["sqlalchemy"].engines.values():
                    engine.dispose()
        self._unload()
        sys.modules.update(self._others)
        sys.path.remove(str(self.folder))


def _source(module: ModuleType) -> str:
    """Return the file or folder that a module comes from, "" for a built-in one."""
    return getattr(module, "__file__", None) or next(
        iter(getattr(module, "__path__", [])), ""
    )


def _with_wsgi_path(app: Flask) -> Callable[..., Iterable[bytes]]:
    """Encode the path as PEP 3333 wants it, which httpx does not do."""

    def wrapped(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"].encode().decode("latin-1")
        return app(environ | {"PATH_INFO": path}, start_response)

    return wrapped
