"""The whole stack: PostgreSQL, Redis, app processes, workers and a proxy."""

from __future__ import annotations

import json
import secrets
from base64 import b64encode
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Literal, Self

from . import machine, proxy
from .app import FOLDERS, App
from .errors import StackError
from .extraction import Extraction
from .machine import HOST, free_port
from .postgres import Postgres
from .process import Process
from .redis import Redis
from .watchdog import Watchdog

PROXIES = {"nginx": proxy.nginx, "haproxy": proxy.haproxy}
ENGINES = {"embedded": "thread", "worker": "worker", "celery": "celery"}


class Stack:
    """One of the apps and its services, which run during the ``with`` block.

    :param folder: gets the data, the emails and the logs; data of an earlier run is
        reused.
    :param app: ``before`` is the monolith, ``after`` the modular app.
    :param instances: the number of processes that serve the app.
    :param log_ins: the number of processes that serve only forms with a password.
    :param workers: the number of processes that deliver events; needs a broker.
    :param broker: what delivers events: ``embedded``, a thread of each instance;
        ``worker``, processes of ``flask events work``; ``celery``, Celery with Redis.
    :param proxy: ``None`` sends everything to the first instance.
    :param extracted: the name of a module that runs in its own process, with its own
        database and, with a broker, its own worker; only behind nginx.
    :param env: settings of the app and of granian, which override the defaults.
    """

    url: str
    """The URL of the site."""
    env: dict[str, str]
    """The settings of the app's processes."""
    database_url: str
    """The URL of the app's database, in the form of the setting DATABASE_URL."""

    def __init__(
        self,
        folder: Path,
        *,
        app: Literal["before", "after"] = "after",
        instances: int = 2,
        workers: int = 0,
        log_ins: int = 0,
        broker: Literal["embedded", "worker", "celery"] = "embedded",
        proxy: Literal["nginx", "haproxy"] | None = "nginx",
        database: Literal["postgresql", "sqlite"] = "postgresql",
        extracted: str | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        if (broker == "embedded") != (workers == 0):
            raise StackError("workers and broker go together: give both, or none.")
        if app not in FOLDERS:
            raise StackError(f"There is no app {app!r}: use before or after.")
        if extracted and (app, proxy) != ("after", "nginx"):
            raise StackError(
                "Only the app after, behind nginx, can be without a module."
            )
        self.folder = folder.resolve()
        self.mail_folder = self.folder / "mail"
        self._app_name = app
        self._instances = instances
        self._log_ins = log_ins
        self._workers = workers
        self._broker = broker
        self._proxy = proxy
        self._database = database
        self._app_port = free_port()
        self._extraction = Extraction(extracted, self._app_port) if extracted else None
        self._given_env = dict(env or {})
        self._processes: dict[str, Process] = {}

    def __enter__(self) -> Self:
        machine.require(["redis-server", *filter(None, [self._proxy])])
        self.mail_folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as exits:
            self._watchdog = exits.enter_context(Watchdog())
            self._exits = exits
            self._start_all()
            self._exits = exits.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._exits.close()

    def __getitem__(self, name: str) -> Process:
        """Return a process: ``app-1``, ``worker-1``, ``postgres``, ``proxy`` ..."""
        if name not in self._processes:
            names = ", ".join(self._processes)
            raise StackError(f"There is no process {name!r}, only: {names}.")
        return self._processes[name]

    def flask(self, *arguments: str) -> str:
        """Run a ``flask`` command with the app's settings; return what it prints.

        :raises StackError: with what it printed, if it fails.
        """
        return self._app.flask(*arguments)

    def _start_all(self) -> None:
        if self._database == "postgresql":
            self._postgres = Postgres(self.folder, self._watchdog)
            self._start(self._postgres.process)
        self.database_url = self._make_database("inkwell")
        redis = Redis(self.folder, self._watchdog)
        self._start(redis.process)
        # A worker that delivers an event has no request that contains the site's URL.
        port = free_port() if self._proxy else self._app_port
        address = f"{HOST}:{port}"
        self.url = f"http://{address}"
        self.env = {"BASE_URL": self.url} | self._settings(redis)
        self._app = App(self._app_name, self.env, self.folder, self._watchdog)
        self.flask("initialize")
        apps = self._launch_instances("app", self._instances)
        log_ins = self._launch_instances("log-ins", self._log_ins, polite=True)
        for number in range(1, self._workers + 1):
            self._launch(self._app.worker(f"worker-{number}", self._broker))
        if self._extraction:
            self._launch_extracted(self._extraction, apps)
        for process in self._processes.values():
            process.wait()
        if self._proxy:
            make = PROXIES[self._proxy]
            self._start(make(self.folder, self._watchdog, address, apps, log_ins))

    def _launch_extracted(self, extraction: Extraction, apps: list[str]) -> None:
        """Start the processes of the module, and add their routes to the proxy."""
        name = extraction.module
        modules = json.loads(self.flask("modules", "--json"))["active"]
        database = self._make_database(f"inkwell_{name}")
        own = extraction.module_settings([each["name"] for each in modules], database)
        app = App(self._app_name, self.env | own, self.folder, self._watchdog)
        app.flask("initialize")
        process, _ = app.instance(f"{name}-1", port=extraction.port)
        self._launch(process)
        if self._workers:
            self._launch(app.worker(f"{name}-worker-1", self._broker))
        extraction.add_routes(self.folder, apps)

    def _make_database(self, name: str) -> str:
        if self._database == "sqlite":
            return f"sqlite:///{(self.folder / f'{name}.db').as_posix()}"
        return self._postgres.create_database(name)

    def _settings(self, redis: Redis) -> dict[str, str]:
        settings = {
            "APP_ENV": "testing",  # production insists on HTTPS
            "SECRET_KEY": secrets.token_hex(),
            "WEBHOOK_SECRET": "whsec_" + b64encode(secrets.token_bytes(24)).decode(),
            "DATABASE_URL": self.database_url,
            "MAIL_BACKEND": "file",
            "MAIL_FILE_PATH": str(self.mail_folder),
            "REDIS_URL": redis.url(0),
            "MAIL_IP_LIMIT": "10000 per hour",  # all visitors share an address
            "TRUSTED_PROXIES": "1" if self._proxy else "0",
            "EVENTS_ENGINE": ENGINES[self._broker],
        }
        if self._broker == "celery":
            settings["CELERY_BROKER_URL"] = redis.url(1)
        if self._extraction:
            settings |= self._extraction.app_settings
        return settings | self._given_env

    def _launch_instances(
        self, name: str, count: int, *, polite: bool = False
    ) -> list[str]:
        """Start processes called ``name-1`` and so on; return their addresses."""
        addresses = []
        for number in range(1, count + 1):
            # Without a proxy, the first instance has the address of the site.
            port = self._app_port if (name, number) == ("app", 1) else free_port()
            process, address = self._app.instance(
                f"{name}-{number}", polite=polite, port=port
            )
            self._launch(process)
            addresses.append(address)
        return addresses

    def _start(self, process: Process) -> None:
        self._launch(process)
        process.wait()

    def _launch(self, process: Process) -> None:
        self._processes[process.name] = process
        self._exits.callback(process.stop)
        process.launch()
