"""What a test run boots: the modules that are real, and those played by stand-ins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kernel.discovery import discover
from kernel.manifest import Module

from . import stand_ins

ROOT = Path(__file__).parents[2]
MODES = ("alone", "direct", "all")


@dataclass(frozen=True)
class Boot:
    """The modules of one test run, by name.

    :param own: the module whose tests run; ``None`` for tests of the whole app.
    :param mode: ``"alone"``: only ``own`` is real. ``"direct"``: the modules that
        it depends on or uses are real, too. ``"all"``: every module is real.
    :param real: the modules whose code runs.
    :param stand_ins: the modules that a stand-in plays.
    """

    own: str | None
    mode: str
    real: frozenset[str]
    stand_ins: frozenset[str]

    @property
    def modules(self) -> tuple[str, ...]:
        """The names of all modules of the app."""
        return tuple(sorted(self.real | self.stand_ins))

    def __str__(self) -> str:
        real = ", ".join(sorted(self.real))
        played = ", ".join(sorted(self.stand_ins)) or "none"
        return f"modules: {real}; stand-ins: {played}"


def boot(paths: Iterable[Path], mode: str | None) -> Boot:
    """Choose what the tests in ``paths`` boot, and put the stand-ins in place.

    It is done once in a process, before any test file is imported: a module that
    has imported another one's ``api`` keeps it.

    :param mode: one of ``MODES``; if not given, ``"alone"`` for the tests of one
        module and ``"all"`` for others.
    :raises StandInMissing: when a module that is to be played has no ``stand_in.py``.
    """
    found = {module.name: module for module in discover(ROOT / "modules")}
    chosen = choose(paths, mode, found)
    for name in sorted(chosen.stand_ins):
        stand_ins.install(found[name])
    return chosen


def choose(paths: Iterable[Path], mode: str | None, found: dict[str, Module]) -> Boot:
    """Choose what the tests in ``paths`` boot from the modules that are there."""
    owners = {_owner(path.resolve(), found.values()) for path in paths}
    own = owners.pop() if len(owners) == 1 else None
    mode = (mode or "alone") if own else "all"
    real = _real(found, own, mode)
    called = {name for each in real for name in _called(found[each])}
    played = called & found.keys() - real
    return Boot(own, mode, frozenset(real), frozenset(played))


def _owner(path: Path, modules: Iterable[Module]) -> str | None:
    return next((m.name for m in modules if path.is_relative_to(m.path)), None)


def _real(found: dict[str, Module], own: str | None, mode: str) -> set[str]:
    if own is None or mode == "all":
        return set(found)
    neighbours = _called(found[own]) if mode == "direct" else ()
    return {own, *neighbours} & found.keys()


def _called(module: Module) -> tuple[str, ...]:
    return module.depends_on + module.uses
