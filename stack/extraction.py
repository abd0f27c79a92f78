"""Extraction: one module runs in its own processes, with its own database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .app import DEPLOY
from .errors import StackError
from .machine import HOST, free_port
from .proxy import fill_in

ROUTES = DEPLOY / "extraction"


@dataclass(frozen=True)
class Extraction:
    """The addresses and the routes of an extracted module.

    :param module: the name of the module; the app ships nginx routes for it.
    :param app_port: the port of the instance that runs the other modules.
    :param port: the port of the module's process.
    """

    module: str
    app_port: int
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        if not (ROUTES / f"{self.module}.map").exists():
            raise StackError(f"{ROUTES} has no routes for {self.module!r}.")

    @property
    def app_settings(self) -> dict[str, str]:
        """The settings of the processes without the module."""
        return {"REMOTE_MODULES": f"{self.module}=http://{HOST}:{self.port}"}

    def module_settings(self, names: Sequence[str], database: str) -> dict[str, str]:
        """Return the settings of the processes that run only the module.

        :param names: the names of all modules.
        """
        others = [name for name in names if name != self.module]
        remote = ",".join(f"{name}=http://{HOST}:{self.app_port}" for name in others)
        return {"REMOTE_MODULES": remote, "DATABASE_URL": database}

    def add_routes(self, folder: Path, apps: Sequence[str]) -> None:
        """Write the files that nginx includes: the module's upstream and its routes."""
        routes = folder / "nginx" / "routes"
        routes.mkdir(parents=True, exist_ok=True)
        servers = [f"server {HOST}:{self.port} max_fails=0;"]
        servers += [f"server {address} max_fails=0 backup;" for address in apps]
        template = (ROUTES / f"{self.module}.conf.template").read_text()
        values = {f"{self.module.upper()}_SERVERS": "\n    ".join(servers)}
        (routes / f"{self.module}.conf").write_text(fill_in(template, values))
        (routes / f"{self.module}.map").write_bytes(
            (ROUTES / f"{self.module}.map").read_bytes()
        )
