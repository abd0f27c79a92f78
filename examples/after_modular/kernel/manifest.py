"""The manifest: what a module says about itself."""

from __future__ import annotations

import importlib
import os
import sys
from dataclasses import KW_ONLY, dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Literal

BOX_PREFIX = "box__"

Audience = Literal["everyone", "anonymous", "member", "admin"]
Menu = Literal["main", "user", "account"]


@dataclass(frozen=True)
class Link:
    """An entry of a menu: who sees it, and the endpoint it leads to.

    The menu is the main navigation; the user's own part of it; or the one on the page
    of one's account. With the method ``"post"`` the entry is a button, since what it
    does changes something.
    """

    label: str
    endpoint: str
    _: KW_ONLY
    audience: Audience = "everyone"
    menu: Menu = "main"
    method: Literal["get", "post"] = "get"


@dataclass(frozen=True, kw_only=True)
class Module:
    """A feature, declared as ``module = Module(import_name=__name__, ...)``.

    The last part of ``import_name`` is the module's name, and so the name of its
    blueprint, of its folder of templates and the prefix of its tables.

    :param import_name: ``__name__`` of the package that holds the manifest.
    :param title: what people call it.
    :param summary: one sentence on what it does.
    :param url_prefix: where its pages start; ``/name`` if not given.
    :param depends_on: names of modules whose ``api`` and ``events`` it imports.
    :param uses: names of modules that it works better with and can do without.
    :param critical: whether the app had better stop than run without it.
    :param links: its entries in the menus.
    :param settings: the names of the settings that are this module's own.
    :param hooks: the app-wide hooks that it adds, such as ``"after_request"``.
    :param formerly: names that it had before; databases may still know it by them.
    :param start: the endpoint where people arrive when they have logged in.
    """

    import_name: str
    title: str
    summary: str
    url_prefix: str = ""
    depends_on: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    critical: bool = False
    links: tuple[Link, ...] = ()
    settings: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()
    formerly: tuple[str, ...] = ()
    start: str = ""

    def __post_init__(self) -> None:
        if not self.url_prefix:
            object.__setattr__(self, "url_prefix", f"/{self.name}")

    @property
    def name(self) -> str:
        """The name of the module's folder."""
        return self.import_name.rpartition(".")[2]

    @property
    def box(self) -> str | None:
        """The name of the box that the module stands in, if it stands in one."""
        folder = self.import_name.split(".")[-2]
        return (
            folder.removeprefix(BOX_PREFIX) if folder.startswith(BOX_PREFIX) else None
        )

    @cached_property
    def path(self) -> Path:
        """The module's folder."""
        file = sys.modules[self.import_name].__file__
        assert file is not None  # discovery takes no namespace packages
        return Path(file).parent

    @cached_property
    def _files(self) -> frozenset[str]:
        # Read once: to ask the disk for every part costs more than most parts do.
        return frozenset(os.listdir(self.path))

    def part(self, name: str) -> ModuleType | None:
        """Import a file of the module, such as ``"view"``; ``None`` without one."""
        if f"{name}.py" not in self._files:
            return None
        return importlib.import_module(f"{self.import_name}.{name}")
