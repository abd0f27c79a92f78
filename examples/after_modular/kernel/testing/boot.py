"""What a test run boots: which modules are real, and which are faked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..manifest import Module
from .fakes import FakeModule

MODES = ("alone", "direct", "all")


@dataclass(frozen=True)
class Boot:
    """The modules of one test run.

    :param own: the module whose tests run; ``None`` for tests of the whole app.
    :param mode: ``"alone"``: only ``own`` is real. ``"direct"``: the modules that
        it depends on or uses are real, too. ``"all"``: every module is real.
    :param real: the names of the modules whose code runs.
    :param fakes: the modules that are faked.
    """

    own: str | None
    mode: str
    real: frozenset[str]
    fakes: tuple[FakeModule, ...]

    @property
    def modules(self) -> tuple[str | Module, ...]:
        """The modules to make an app of, as ``load_modules`` takes them."""
        return (*sorted(self.real), *self.fakes)

    @property
    def names(self) -> frozenset[str]:
        """The names of all modules, real or fake."""
        return self.real | {fake.name for fake in self.fakes}

    def __str__(self) -> str:
        real = ", ".join(sorted(self.real))
        fakes = ", ".join(fake.name for fake in self.fakes) or "none"
        return f"modules: {real}; fakes: {fakes}"


def choose(
    paths: Iterable[Path], mode: str | None, found: Mapping[str, Module]
) -> Boot:
    """Choose which of the modules that were found the tests in ``paths`` boot.

    :param mode: one of ``MODES``; by default ``"alone"`` for the tests of one module
        and ``"all"`` for others.
    :raises ModuleError: when a fake is missing or differs from its interface.
    """
    owners = {_owner(path.resolve(), found.values()) for path in paths}
    own = owners.pop() if len(owners) == 1 else None
    mode = (mode or "alone") if own else "all"
    real = _real(found, own, mode)
    called = {name for each in real for name in _called(found[each])}
    faked = sorted(called & found.keys() - real)
    return Boot(
        own, mode, frozenset(real), tuple(FakeModule.of(found[name]) for name in faked)
    )


def _owner(path: Path, modules: Iterable[Module]) -> str | None:
    return next((m.name for m in modules if path.is_relative_to(m.path)), None)


def _real(found: Mapping[str, Module], own: str | None, mode: str) -> set[str]:
    if own is None or mode == "all":
        return set(found)
    neighbors = _called(found[own]) if mode == "direct" else ()
    return {own, *neighbors} & found.keys()


def _called(module: Module) -> tuple[str, ...]:
    return module.depends_on + module.uses
