"""A setting belongs to one module, which declares it; others do not read it.

So the manifest says what has to be set for a module to work, and a setting can be
renamed by the one who owns it. What any module may ask is what the app is called, and
where it runs.
"""

from __future__ import annotations

from collections.abc import Iterator

from kernel.manifest import Module

from ..project import Project
from ..source import ENVIRONMENT, Source
from ..violation import Finding

GENERAL = {
    "APP_ENV",
    "APP_NAME",
    "BASE_URL",
    "DEBUG",
    "MAIL_BACKEND",
    "MAIL_DEFAULT_SENDER",
    "PRODUCTION",
    "TESTING",
}


def check(project: Project) -> Iterator[Finding]:
    """Yield each setting that is read without being declared, or the reverse."""
    owners: dict[str, Module] = {}
    for module in project.modules.values():
        for setting in module.settings:
            owners.setdefault(setting, module)
    for module in project.modules.values():
        yield from _wrongly_declared(project, owners, module)
    for source in project.sources:
        for line, key in source.settings():
            if problem := _wrongly_read(owners, source, key):
                yield Finding(source.file, line, *problem)


def _wrongly_declared(
    project: Project, owners: dict[str, Module], module: Module
) -> Iterator[Finding]:
    own = [source for source in project.sources if source.owner is module]
    read = {key for source in own for _, key in source.settings()}
    manifest = project.manifest(module)
    for key in module.settings:
        what = f"{module.name} declares {key!r}"
        if key not in project.app.config:
            what, instead = f"{what}, which does not exist", "Add it to config.py."
        elif owners[key] is not module:
            what = f"{what}, which belongs to {owners[key].name}"
            instead = "Give each of them a setting of its own."
        elif key not in read:
            what, instead = f"{what} and does not read it", "Remove it from settings."
        else:
            continue
        yield Finding(manifest.file, manifest.line_of("settings"), what, instead)


def _wrongly_read(
    owners: dict[str, Module], source: Source, key: str | None
) -> tuple[str, str] | None:
    """Return what is wrong with reading a setting, if something is, and the advice."""
    name = source.owner_name
    if key is None:
        return (
            f"{name} reads a setting whose name is not written out",
            'Write current_app.config["NAME"], so that it can be found.',
        )
    if key in ENVIRONMENT:
        return (
            f"{name} reads {key}",
            "Add the setting to config.py, and read current_app.config.",
        )
    owner = owners.get(key)
    if owner and owner is not source.owner:
        return (
            f"{name} reads {key!r}, which belongs to {owner.name}",
            f"Ask the api of {owner.name}, or add a setting of your own.",
        )
    if source.owner and not owner and key not in GENERAL:
        return (
            f"{name} reads {key!r} and does not declare it",
            "Add it to settings in the manifest.",
        )
    return None
