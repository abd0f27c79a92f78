"""Discovery: find the modules on disk, check them, put them in order."""

from __future__ import annotations

import importlib
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from .exceptions import ModuleError, code_of, reason_of
from .manifest import BOX_PREFIX, Module


def discover(
    folder: Path,
    *,
    only: Iterable[str] = (),
    substitutes: Mapping[str, Module] | None = None,
    unreadable: dict[str, ModuleError] | None = None,
) -> list[Module]:
    """Return the modules in ``folder``, each after those it depends on.

    A module is a package with a manifest. It stands in ``folder`` itself or in a
    box, a package named ``box__*``. Anything else in the folder is left alone.

    :param folder: the package of modules, which stands beside ``app.py``.
    :param only: the names of the modules to use; all of them if empty.
    :param substitutes: manifests to return instead of those found, by name.
    :param unreadable: takes the errors of manifests that can't be used, by the name of
        their folder, unless the module may be critical. By default they are raised.
    :raises ModuleError: for a manifest that is missing or contradicts another one;
        the message names the files and the fix.
    """
    found: list[Module] = []
    for import_name in sorted(_package_names(folder)):
        try:
            found.append(_manifest(import_name))
        except ModuleError as error:
            if unreadable is None or _may_be_critical(folder, import_name):
                raise
            unreadable[import_name.rpartition(".")[2]] = error
    _refuse_twins(found, "name")
    _refuse_twins(found, "url_prefix")
    instead = substitutes or {}
    modules = {each.name: instead.get(each.name, each) for each in found}
    active = _select(modules, tuple(only), unreadable or {})
    if unreadable is None:
        _check_dependencies(active)
    return _in_order(active)


def _package_names(folder: Path) -> Iterator[str]:
    for package in _packages(folder):
        if not package.name.startswith(BOX_PREFIX):
            yield f"{folder.name}.{package.name}"
            continue
        for inner in _packages(package):
            if inner.name.startswith(BOX_PREFIX):
                raise ModuleError(
                    f"{_file(inner)}: a box can't hold a box. Move "
                    f"'{inner.name}' beside '{package.name}'.",
                    error="nested-box",
                )
            yield f"{folder.name}.{package.name}.{inner.name}"


def _packages(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if not (path / "__init__.py").is_file():
            continue
        if not path.name.isidentifier():
            raise ModuleError(
                f"{_file(path)}: '{path.name}' can't be imported. Rename the folder "
                "with letters, digits and underscores.",
                error="invalid-folder-name",
            )
        yield path


def _manifest(import_name: str) -> Module:
    try:
        package = importlib.import_module(import_name)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a manifest may even call exit()
        raise ModuleError(
            f"The manifest of {import_name!r} can't be read. {reason_of(error)}",
            error=code_of(error, "manifest-not-readable"),
        ) from error
    module = getattr(package, "module", None)
    if not isinstance(module, Module):
        raise ModuleError(
            f"{package.__file__}: no manifest. Add module = Module("
            "import_name=__name__, ...), or remove the folder.",
            error="manifest-missing",
        )
    if module.import_name != import_name:
        raise ModuleError(
            f"{package.__file__}: import_name is {module.import_name!r}. Write "
            "import_name=__name__.",
            error="manifest-not-readable",
        )
    return module


def _may_be_critical(folder: Path, import_name: str) -> bool:
    # Only its text can tell: any mention counts, so that the app rather stops.
    file = folder.parent.joinpath(*import_name.split("."), "__init__.py")
    return b"critical" in file.read_bytes()


def _refuse_twins(modules: Sequence[Module], attribute: str) -> None:
    seen: dict[str, Module] = {}
    for module in modules:
        value = getattr(module, attribute)
        if twin := seen.get(value):
            raise ModuleError(
                f"{_file(module.path)} and {_file(twin.path)} have the same "
                f"{attribute}, {value!r}. Change one of them.",
                error="duplicate-module",
            )
        seen[value] = module


def _select(
    found: dict[str, Module], only: tuple[str, ...], unreadable: Container[str]
) -> dict[str, Module]:
    if unknown := [
        name for name in sorted(only) if name not in found and name not in unreadable
    ]:
        raise ModuleError(
            f"MODULES names {', '.join(unknown)}, and there is no such module. "
            f"There are {', '.join(found)}.",
            error="unknown-module",
        )
    return {name: found[name] for name in only or found if name in found}


def _check_dependencies(active: dict[str, Module]) -> None:
    for module in active.values():
        if missing := sorted(set(module.depends_on) - set(active)):
            raise ModuleError(
                f"{_file(module.path)}: '{module.name}' depends on "
                f"{', '.join(missing)}. Add it to MODULES, or to the folder of "
                "modules.",
                error="missing-dependency",
            )


def _in_order(modules: dict[str, Module]) -> list[Module]:
    graph = {
        name: sorted({*module.depends_on, *module.uses} & set(modules))
        for name, module in sorted(modules.items())
    }
    try:
        return [modules[name] for name in TopologicalSorter(graph).static_order()]
    except CycleError as error:
        cycle = " -> ".join(reversed(error.args[1]))
        raise ModuleError(
            f"Circular module dependency: {cycle}. Let one of them listen to an event "
            "of the other instead.",
            error="circular-dependency",
        ) from None


def _file(package: Path) -> Path:
    """Return the manifest's path as the reader would open it."""
    file = package / "__init__.py"
    return file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file
