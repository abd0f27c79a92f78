"""A template extends, includes and imports its own module's templates and the app's.

A template is no interface: a change of one module's page must not break another's. The
app's own templates, such as the layout, know no module at all.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from jinja2 import TemplateError

from ..project import Project
from ..source.jinja import TemplateFile
from ..source.program import Text
from ..violation import Finding

RENDER = {
    *("render_template", "stream_template", "get_template_attribute", "get_template"),
    *("select_template", "get_or_select_template", "render", "get_source"),
}
FROM_STRING = {"render_template_string", "stream_template_string", "from_string"}


def check(project: Project) -> Iterator[Finding]:
    """Yield each use of a template of another module."""
    for template in project.templates:
        yield from in_template(project, template)
    for text in rendered(project, RENDER):
        yield from _foreign(project, text.file.file, text.line, text.known)
    for template in inline_templates(project):
        yield from in_template(project, template)


def in_template(project: Project, template: TemplateFile) -> Iterator[Finding]:
    """Yield the references of a template to those of other modules."""
    for line, name in template.references():
        yield from _foreign(project, template.file, line, name.partition("\0")[0])


def inline_templates(project: Project) -> Iterator[TemplateFile]:
    """Yield the templates that are written in Python strings."""
    for text in rendered(project, FROM_STRING):
        try:
            source = text.text.replace("\0", "")
            environment = project.app.jinja_env
            yield TemplateFile(text.file.file, source, environment, text.line)
        except TemplateError:
            continue


def rendered(project: Project, functions: set[str]) -> Iterator[Text]:
    """Yield the strings that are given to functions of these names."""
    for file in project.program.files.values():
        for node in file.nodes:
            if not isinstance(node, ast.Call):
                continue
            resolved = project.program.resolve(file, node.func)
            if any(_has_own_templates(project, name) for name in resolved):
                continue
            names = {name.rpartition(".")[2] for name in resolved}
            if isinstance(node.func, ast.Attribute):
                names.add(node.func.attr)
            if names & functions:
                given = [
                    *node.args[:1],
                    *(
                        k.value
                        for k in node.keywords
                        if k.arg
                        in ("template_name_or_list", "source", "name", "template")
                    ),
                ]
                for argument in given:
                    yield from project.program.texts(file, argument)


def _has_own_templates(project: Project, function: str) -> bool:
    """Say whether a function finds templates elsewhere than in the app.

    A function of the program has this name by accident, or hands its argument on to
    one of Flask's, where the argument is known.
    """
    if function.startswith("jinja2.") and "Environment()." in function:
        return True
    where, node = project.program.definition(function)
    return where is not None and isinstance(node, ast.FunctionDef)


def _foreign(project: Project, file: str, line: int, name: str) -> Iterator[Finding]:
    first, slash, _ = name.partition("/")
    owner = project.modules.get(first) if slash else None
    place = project.place(file)
    if owner is None or owner is place.module:
        return
    if not (owner.path / "templates" / first).is_dir():
        return
    what = f"{place} uses {name!r}, a template of {owner.name}"
    fix = "Write a template of your own, or move what both need to web/templates."
    yield Finding(file, line, what, fix)
