"""Stand-ins: ``stand_in.py`` plays a module in the tests of those who call it.

It stands beside ``api.py``, has the same functions, and keeps its facts in memory.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from types import ModuleType

from kernel.manifest import Module

PARTS = {"api": "stand_in", "view": "stand_in", "events": "events"}


class StandInMissing(Exception):
    """A module has an ``api.py`` and no ``stand_in.py``, and a test needs one."""


@dataclass(frozen=True, kw_only=True)
class StandIn(Module):
    """The manifest of a module that is played: no pages, no menus, no tables.

    Its events are the real ones. A stand-in with a ``blueprint`` has it registered,
    for what its module does to the app as a whole.
    """

    def part(self, name: str) -> ModuleType | None:
        """Import what plays a file of the module; ``None`` for most of them."""
        part = super().part(PARTS[name]) if name in PARTS else None
        return None if name == "view" and not hasattr(part, "blueprint") else part


def install(module: Module) -> None:
    """Let the stand-in of ``module`` be what others find and import.

    The kernel reads the manifest, the other modules import the ``api``: with these
    two replaced, nobody sees a difference.
    """
    if (module.path / "api.py").exists() and not (module.path / "stand_in.py").exists():
        raise StandInMissing(
            f"{module.path / 'api.py'} has no stand_in.py beside it. Write one with "
            "the same functions, or run the tests with --boot=direct or --boot=all."
        )
    stand_in = StandIn(
        import_name=module.import_name,
        title=module.title,
        summary=module.summary,
        url_prefix=module.url_prefix,
    )
    vars(sys.modules[module.import_name])["module"] = stand_in
    if api := stand_in.part("api"):
        sys.modules[f"{module.import_name}.api"] = api
