"""Which names a new module or box can have. Every rule prevents a real collision."""

from __future__ import annotations

import keyword
import re
from pathlib import Path

from kernel.manifest import BOX_PREFIX

from .project import Project
from .refusal import Refused

NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
# Alembic keeps a version, which is the name and _0001, in a column of 32 characters.
MODULE_LENGTH = 27
BOX_LENGTH = 20


def check_module_name(name: str, project: Project, *, renamed: str = "") -> None:
    """Check that a module can be called ``name``.

    :param renamed: the module that is to give up its own name for this one.
    :raises Refused: with the reason, if it can't.
    """
    _check_word(name, "module", MODULE_LENGTH)
    if (path := project.modules / name).exists():
        raise Refused(f"{project.shown(path)} exists already. Choose another name.")
    _check_app(name, project)
    for other in project.found.values():
        if other.name != renamed:
            _check_twin(name, other.name)
            _check_former(name, other.name, other.formerly)


def check_box_name(name: str, project: Project) -> None:
    """Check that a box can be called ``name``, with or without ``box__``.

    :raises Refused: with the reason, if it can't.
    """
    _check_word(name.removeprefix(BOX_PREFIX), "box", BOX_LENGTH)
    if (path := project.box(name)).exists():
        raise Refused(f"{project.shown(path)} exists already. Choose another name.")


def find_box(name: str, project: Project) -> Path:
    """Return the folder of the box ``name``, with or without ``box__``.

    :raises Refused: when there is no such box.
    """
    _check_word(name.removeprefix(BOX_PREFIX), "box", BOX_LENGTH)
    if not ((path := project.box(name)) / "__init__.py").is_file():
        raise Refused(
            f"There is no box {project.shown(path)}. Make it with `flask startbox "
            f"{name}`."
        )
    return path


def _check_word(name: str, kind: str, length: int) -> None:
    if name.startswith(BOX_PREFIX):
        raise Refused(
            f"{name!r} is the name of a box, not of a module. Use `flask startbox "
            f"{name.removeprefix(BOX_PREFIX)}`."
        )
    if not NAME.fullmatch(name):
        better = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_0123456789")
        example = f", such as {better}" if NAME.fullmatch(better) else ""
        raise Refused(
            f"{name!r} can't be the name of a {kind}. Use small letters, digits and "
            f"single underscores, and start with a letter{example}."
        )
    if keyword.iskeyword(name):
        raise Refused(
            f"{name!r} is a word of Python's own, so it can't be imported. Choose "
            "another name."
        )
    if len(name) > length:
        raise Refused(
            f"{name!r} has {len(name)} characters, and a {kind} may have {length}. "
            "Choose a shorter name."
        )


def _check_app(name: str, project: Project) -> None:
    """Refuse what already means something else to the app."""
    if own := next((p for p in project.root.iterdir() if p.stem == name), None):
        raise Refused(f"{name!r} is taken: the app has {own.name}. Choose another.")
    prefixes = [str(rule).split("/")[1] for rule in project.app.url_map.iter_rules()]
    prefixes += [m.url_prefix.split("/")[1] for m in project.found.values()]
    if name not in project.found and name in prefixes:
        raise Refused(f"{name!r} is taken: /{name} has a page. Choose another name.")
    if name not in project.found and name in project.app.blueprints:
        raise Refused(f"{name!r} is taken: a blueprint has it. Choose another name.")
    if name in ("sqlite", "pg"):
        raise Refused(f"{name!r} is taken: databases call tables {name}_… themselves.")


def _check_twin(name: str, other: str) -> None:
    if name == other:
        raise Refused(f"There is a module {name!r} already. Choose another name.")
    short, long = sorted((name, other), key=len)
    if long.startswith(f"{short}_"):
        raise Refused(
            f"{name!r} is too close to the module {other!r}: all tables that start "
            f"with {short}_ belong to {short!r}. Choose another name."
        )


def _check_former(name: str, other: str, formerly: tuple[str, ...]) -> None:
    if name in formerly:
        raise Refused(
            f"{name!r} was the name of {other!r}: databases may still hold its tables "
            "under this name. Choose another."
        )
