"""Write a new module or box from the templates in ``template/``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .names import check_box_name, check_module_name, find_box
from .project import Project
from .staging import staging

TEMPLATES = Path(__file__).parent / "template"
SUFFIX = ".jinja"

# Not Jinja's usual delimiters: the pages of a module are Jinja templates, too.
environment = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=False,  # noqa: S701 - it writes code
    undefined=StrictUndefined,
    keep_trailing_newline=True,
    trim_blocks=True,
    variable_start_string="[[",
    variable_end_string="]]",
    block_start_string="[%",
    block_end_string="%]",
    comment_start_string="[#",
    comment_end_string="#]",
)


def start_module(project: Project, name: str, box: str | None = None) -> Path:
    """Write the module ``name``, into ``box`` if one is given; return its folder.

    :raises ScaffoldingError: when the name can't be used, or there is no such box.
    """
    check_module_name(name, project)
    parent = find_box(box, project) if box else project.modules
    target = parent / name
    import_name = ".".join(target.relative_to(project.root).parts)
    values = {
        "name": name,
        "title": name.replace("_", " ").capitalize(),
        "import_name": import_name,
    }
    _write("module", target, values, project)
    return target


def start_box(project: Project, name: str) -> Path:
    """Write the box ``name``; return its folder.

    :raises ScaffoldingError: when the name can't be used.
    """
    check_box_name(name, project)
    target = project.box(name)
    _write("box", target, {}, project)
    return target


def _write(
    kind: str, target: Path, values: Mapping[str, str], project: Project
) -> None:
    with staging(project.modules) as folder:
        draft = folder / target.name
        for source in sorted((TEMPLATES / kind).rglob(f"*{SUFFIX}")):
            path = source.relative_to(TEMPLATES / kind).as_posix()
            file = draft / path.removesuffix(SUFFIX).replace("NAME", target.name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(render(f"{kind}/{path}", **values), encoding="utf-8")
        draft.rename(target)


def render(template: str, **values: object) -> str:
    """Return the text of a file, such as of ``"module/view.py.jinja"``."""
    return environment.get_template(template).render(values)
