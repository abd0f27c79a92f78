"""The manifest: what a module declares about itself."""

from __future__ import annotations

import importlib
import os
import sys
from dataclasses import KW_ONLY, dataclass, fields
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Literal

BOX_PREFIX = "box__"

Audience = Literal["everyone", "anonymous", "member", "admin"]
Menu = Literal["main", "user", "account"]


@dataclass(frozen=True)
class Link:
    """A menu entry: its label, the endpoint it leads to, and who sees it.

    ``menu`` is the main navigation, the user's part of it, or the account page. An
    entry with the method ``"post"`` is rendered as a button in a form. ``icon`` names
    the picture beside the label. Entries with a lower ``order`` come first.
    """

    label: str
    endpoint: str
    _: KW_ONLY
    audience: Audience = "everyone"
    menu: Menu = "main"
    method: Literal["get", "post"] = "get"
    icon: str = "circle"
    order: int = 50


@dataclass(frozen=True, kw_only=True)
class Module:
    """The manifest of a feature: ``module = Module(import_name=__name__, ...)``.

    The last part of ``import_name`` is the module's name. Its blueprint and its
    template folder have the same name, and its tables have it as their prefix.

    :param import_name: ``__name__`` of the package that holds the manifest.
    :param title: the name that people read.
    :param summary: one sentence on what the module does.
    :param url_prefix: the path below which its pages are; ``/name`` by default.
    :param depends_on: modules that it needs; it imports their ``api`` and ``events``.
    :param uses: modules that it can do without; see :func:`~kernel.has_module`.
    :param critical: refuse to start rather than quarantine this module.
    :param links: its menu entries.
    :param hooks: the app-wide hooks that it registers, such as ``"after_request"``.
    :param previous_names: names it had before, under which a database may know it.
    :param start: the endpoint to which a login leads.
    """

    import_name: str
    title: str
    summary: str
    url_prefix: str = ""
    depends_on: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    critical: bool = False
    links: tuple[Link, ...] = ()
    hooks: tuple[str, ...] = ()
    previous_names: tuple[str, ...] = ()
    start: str = ""

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            kind, example = (Link, "Link") if field.name == "links" else (str, "'x'")
            if field.type.startswith("tuple") and not (
                isinstance(value, tuple) and all(isinstance(v, kind) for v in value)
            ):
                raise TypeError(
                    f"{field.name} is {value!r}: write a tuple, ({example},)."
                )
        prefix = self.url_prefix
        if prefix and (not prefix.startswith("/") or prefix.endswith("/")):
            raise ValueError(f"url_prefix is {prefix!r}: write it like '/{self.name}'.")
        if not self.url_prefix:
            object.__setattr__(self, "url_prefix", f"/{self.name}")

    @property
    def name(self) -> str:
        """The name of the module's folder."""
        return self.import_name.rpartition(".")[2]

    @property
    def box(self) -> str | None:
        """The box that groups the module with others, if it is in one."""
        folder = self.import_name.split(".")[-2]
        is_box = folder.startswith(BOX_PREFIX)
        return folder.removeprefix(BOX_PREFIX) if is_box else None

    @property
    def is_available(self) -> bool:
        """Whether it can be called now; a remote module may be down."""
        return True

    @cached_property
    def path(self) -> Path:
        """The module's folder."""
        file = sys.modules[self.import_name].__file__
        assert file is not None  # discovery accepts no namespace packages
        return Path(file).parent

    @cached_property
    def _files(self) -> frozenset[str]:
        # One directory listing is cheaper than a look-up for each part.
        return frozenset(os.listdir(self.path))

    def part(self, name: str) -> ModuleType | None:
        """Import a file of the module, such as ``"view"``; ``None`` without one."""
        if f"{name}.py" not in self._files:
            return None
        return importlib.import_module(f"{self.import_name}.{name}")
