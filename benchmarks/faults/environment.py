"""The environment of one scenario: a database, a broker, and processes to kill."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from stack import Process
from stack.machine import HOST, free_port
from stack.postgres import Postgres
from stack.process import answers_http
from stack.redis import Redis
from stack.watchdog import Watchdog

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SHOP = HERE / "shop"
APP = ROOT / "examples" / "after_modular"
PREPARE = {
    "app": "import app; app.prepare(app.create_app())",
    "baseline": "import baseline; baseline.prepare()",
}


class Environment:
    """The services and processes of a scenario. Use as a context manager.

    :param folder: gets data, emails, logs, and the files that switch faults on.
    :param app: ``app`` is the shop with the outbox, ``baseline`` the one without.
    :param code: the folder of the modular app, with the kernel and the outbox.
    :param settings: of the app, such as ``EVENTS_ENGINE``.
    """

    def __init__(
        self,
        folder: Path,
        *,
        database: str,
        app: str = "app",
        with_redis: bool = False,
        code: Path = APP,
        settings: Mapping[str, str],
    ) -> None:
        self.folder = folder
        self.emails = folder / "emails"
        self.redis: Redis | None = None
        self.postgres: Postgres | None = None
        self._app = app
        self._code = code
        self._database = database
        self._with_redis = with_redis
        self._settings = dict(settings)
        self._preforks: list[Process] = []

    def __enter__(self) -> Self:
        self.emails.mkdir(parents=True)
        with ExitStack() as exits:
            self._exits = exits
            self._watchdog = exits.enter_context(Watchdog())
            self.database_url = self._start_database()
            if self._with_redis:
                self.redis = Redis(self.folder, self._watchdog)
                self._start(self.redis.process)
            self.env = self._environment()
            command = [sys.executable, "-c", PREPARE[self._app]]
            subprocess.run(command, cwd=SHOP, env=self.env, check=True)
            self._exits = exits.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._exits.close()

    def serve(self, **options: float | tuple[float, float]) -> str:
        """Start processes that serve requests; return the URL of the shop."""
        port = free_port()
        url = f"http://{HOST}:{port}/shop/"
        self._start_prefork("server", lambda: answers_http(url), port=port, **options)
        return url

    def work(self, role: str, **options: float | tuple[float, float]) -> None:
        """Start processes that deliver events: ``worker`` or ``celery``."""
        self._start_prefork(role, lambda: True, **options)

    def wait_for_kills(self) -> int:
        """Wait until the killing ends; return the number of kills."""
        kills = 0
        for parent in self._preforks:
            report = self._report(parent.name)
            while not report.exists():
                if not parent.running:
                    raise parent.error(f"{parent.name} ended unexpectedly")
                time.sleep(0.05)
            counts = json.loads(report.read_text())
            if counts["crashed"]:
                crashed = f"{counts['crashed']} processes of {parent.name} crashed"
                raise parent.error(crashed)
            kills += counts["kills"]
        return kills

    def fault(self, name: str, is_on: bool) -> None:
        """Make the receipts ``failing`` or ``slow``, or end that."""
        file = self.folder / name
        file.touch() if is_on else file.unlink()

    def _start_database(self) -> str:
        if self._database == "sqlite":
            return f"sqlite:///{(self.folder / 'shop.db').as_posix()}"
        self.postgres = Postgres(self.folder, self._watchdog)
        self._start(self.postgres.process)
        return self.postgres.create_database("shop")

    def _environment(self) -> dict[str, str]:
        env = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(map(str, [SHOP, self._code, HERE])),
            "APP_ENV": "testing",
            "SECRET_KEY": secrets.token_hex(),
            "DATABASE_URL": self.database_url,
            "MAIL_BACKEND": "file",
            "MAIL_FILE_PATH": str(self.emails),
            "FAULTS_FOLDER": str(self.folder),
            "EVENTS_BACKOFF": "1",
        }
        if self.redis:
            env["CELERY_BROKER_URL"] = self.redis.url(1)
        return env | self._settings

    def _start_prefork(self, role: str, answers, **options) -> None:
        name = f"{role}s-{len(self._preforks) + 1}"
        command = [sys.executable, str(HERE / "prefork.py"), role]
        app = self._app
        if role == "celery" and app == "app":
            app = "kernel.dispatchers.celery_app"
        given = {"app": app, "report": self._report(name), **options}
        for option, value in given.items():
            values = value if isinstance(value, tuple) else (value,)
            command += [f"--{option}", *map(str, values)]
        log = self.folder / f"{name}.log"
        parent = Process(
            name, command, log, self._watchdog, answers, folder=SHOP, env=self.env
        )
        self._preforks.append(parent)
        self._start(parent)

    def _report(self, name: str) -> Path:
        return self.folder / f"{name}.json"

    def _start(self, process: Process) -> None:
        self._exits.callback(process.kill)
        process.start()
