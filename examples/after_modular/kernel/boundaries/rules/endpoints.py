"""A module builds URLs of its own pages only.

The page of another module may move, or be absent: ``url_for`` would fail, and a path
that is written out would lead nowhere. A module's ``api`` says where its pages are, and
the manifests say what is in the menus.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from jinja2 import nodes

from ..project import Project
from ..source import markup
from ..source.jinja import TemplateFile
from ..source.program import Text
from ..source.python import PythonFile
from ..violation import Finding
from .templates import inline_templates, rendered

FIX = "Let the api of {} return the URL, or make it a link of its manifest."
METHODS = {"get", "post", "put", "patch", "delete", "head", "options", "open"}
STARTS = {"startswith", "match", "fullmatch"}
PATHS = {"redirect", "absolute_url", "test_request_context", "safe_join"}


def check(project: Project) -> Iterator[Finding]:
    """Yield each place that names a page of another module."""
    for file in project.program.files.values():
        for node in file.nodes:
            for argument in _endpoints(project, file, node):
                for text in project.program.texts(file, argument):
                    yield from _endpoint(project, text.file.file, text.line, text.text)
            for argument in _paths(project, file, node):
                for text in project.program.texts(file, argument):
                    yield from _path(project, text.file.file, text.line, text.text)
            for argument in _blueprints(project, file, node):
                yield from _blueprint(project, project.program.texts(file, argument))
            yield from _matched(project, file, node)
    for template in [*project.templates, *inline_templates(project)]:
        yield from _in_template(project, template)
    for url in project.urls:
        yield from _path(project, *url)
    for template in inline_templates(project):
        for pieces in template.variants():
            for line, path in markup.in_html(pieces):
                yield from _path(project, template.file, line, path)
    for text in rendered(project, {"Markup"}):
        for line, path in markup.in_html([(text.line, text.text)]):
            yield from _path(project, text.file.file, line, path)


def _endpoint(
    project: Project, file: str, line: int, endpoint: str
) -> Iterator[Finding]:
    owner = project.facts.endpoints.get(endpoint)
    if owner is None and "\0" in endpoint:  # "auth." and something
        first, dot, _ = endpoint.partition("\0")[0].partition(".")
        owner = first if dot and first in project.modules else None
    place = project.place(file)
    if owner and owner != place.name:
        shown = endpoint.replace("\0", "...")
        what = f"{place} names {shown!r}, an endpoint of {owner}"
        yield Finding(file, line, what, FIX.format(owner))


def _path(project: Project, file: str, line: int, path: str) -> Iterator[Finding]:
    if not path.startswith("/") or path.startswith("//"):
        return
    owner = project.facts.owner_of_path(path)
    place = project.place(file)
    if owner and owner != place.name:
        shown = path.replace("\0", "...")
        what = f"{place} writes out {shown!r}, a path of {owner}"
        yield Finding(file, line, what, FIX.format(owner))


def _blueprint(project: Project, texts: tuple[Text, ...]) -> Iterator[Finding]:
    for text in texts:
        place = project.place(text.file)
        if text.text in project.modules and text.text != place.name:
            what = f"{place} asks for the blueprint {text.text!r}"
            fix = f"Let {text.text} do what depends on its own pages."
            yield Finding(text.file.file, text.line, what, fix)


def _endpoints(project: Project, file: PythonFile, node: ast.AST) -> Iterator[ast.expr]:
    """Yield the expressions that are endpoints."""
    match node:
        case ast.Call(func=function):
            name = _last(project, file, function)
            keywords = {k.arg: k.value for k in node.keywords}
            if name in ("url_for", "build"):
                yield from node.args[:1]
                yield from (v for k, v in keywords.items() if k == "endpoint")
            elif name == "Link":
                yield from node.args[1:2]
                yield from (v for k, v in keywords.items() if k == "endpoint")
            elif name == "Module" and "start" in keywords:
                yield keywords["start"]
            elif name == "MenuLink" and "endpoint" in keywords:
                yield keywords["endpoint"]
            elif name in ("get", "pop") and _is(function, "view_functions"):
                yield from node.args[:1]
        case ast.Compare(left=left, comparators=[right]):
            for one, other in ((left, right), (right, left)):
                if _is_request(project, file, one, "endpoint"):
                    yield other
        case ast.Subscript(value=value, slice=key):
            if ast.unparse(value).endswith(".view_functions"):
                yield key
        case ast.Assign(targets=[ast.Attribute(attr="login_view")], value=value):
            yield value


def _paths(project: Project, file: PythonFile, node: ast.AST) -> Iterator[ast.expr]:
    """Yield the expressions that are paths of this site."""
    match node:
        case ast.Call(func=function):
            name = _last(project, file, function)
            if name in PATHS:
                yield from node.args[:1]
                yield from (
                    k.value for k in node.keywords if k.arg in ("location", "path")
                )
            elif name in METHODS and _is_test_client(project, file, function):
                yield from node.args[:1]
                yield from (k.value for k in node.keywords if k.arg == "path")
            elif name in STARTS and f"flask.request.path.{name}" in (
                project.program.resolve(file, function)
            ):
                yield from node.args[:1]
        case ast.Compare(left=left, comparators=[right]):
            for one, other in ((left, right), (right, left)):
                if _is_request(project, file, one, "path", "full_path"):
                    yield other
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant) and key.value in (
                    "Location",
                    "HX-Redirect",
                    "HX-Location",
                    "Refresh",
                ):
                    yield value
        case ast.Assign(
            targets=[
                ast.Subscript(slice=ast.Constant(value="Location" | "HX-Redirect"))
            ],
            value=value,
        ):
            yield value
        case ast.Assign(targets=[ast.Attribute(attr="location")], value=value):
            yield value


def _blueprints(
    project: Project, file: PythonFile, node: ast.AST
) -> Iterator[ast.expr]:
    """Yield the expressions that are names of blueprints."""
    match node:
        case ast.Compare(left=left, comparators=[right]):
            for one, other in ((left, right), (right, left)):
                if _is_request(project, file, one, "blueprint", "blueprints"):
                    yield other
        case ast.Subscript(value=value, slice=key):
            if ast.unparse(value).endswith("app.blueprints"):
                yield key
        case ast.Call(func=ast.Attribute(attr="get", value=value), args=[first, *_]):
            if ast.unparse(value).endswith("app.blueprints"):
                yield first


def _in_template(project: Project, template: TemplateFile) -> Iterator[Finding]:
    macros = {
        name
        for each in template.tree.find_all(
            (nodes.Import, nodes.FromImport, nodes.Macro)
        )
        for name in _bound(each)
    }
    for line, function, texts in template.calls():
        root = function
        while isinstance(root, nodes.Getattr):
            root = root.node
        if isinstance(root, nodes.Name) and root.name in {"url_for", *macros}:
            for text in texts:
                yield from _endpoint(project, template.file, line, text)
                if root.name != "url_for":
                    yield from _path(project, template.file, line, text)
        if (
            isinstance(function, nodes.Getattr)
            and isinstance(function.node, nodes.Getattr)
            and (function.node.attr, function.attr) == ("path", "startswith")
        ):
            for text in texts:
                yield from _path(project, template.file, line, text)
    for compared in template.tree.find_all(nodes.Compare):
        sides = [compared.expr, *(each.expr for each in compared.ops)]
        about = [s.attr for s in sides if isinstance(s, nodes.Getattr)]
        for side in sides:
            for text in template.texts(side):
                line = template.offset + compared.lineno
                if "endpoint" in about:
                    yield from _endpoint(project, template.file, line, text)
                if "path" in about:
                    yield from _path(project, template.file, line, text)
                if "blueprint" in about and text in project.modules:
                    start = f"{text}.\0"
                    yield from _endpoint(project, template.file, line, start)


def _bound(node: nodes.Node) -> list[str]:
    match node:
        case nodes.Import():
            return [node.target]
        case nodes.FromImport():
            return [each if isinstance(each, str) else each[1] for each in node.names]
        case nodes.Macro():
            return [node.name]
    return []


def _last(project: Project, file: PythonFile, function: ast.expr) -> str:
    names = {n.rpartition(".")[2] for n in project.program.resolve(file, function)}
    if len(names) == 1:
        return names.pop()
    return function.attr if isinstance(function, ast.Attribute) else ""


def _is(function: ast.expr, attribute: str) -> bool:
    return isinstance(function, ast.Attribute) and ast.unparse(function.value).endswith(
        attribute
    )


def _is_request(
    project: Project, file: PythonFile, node: ast.expr, *attributes: str
) -> bool:
    """Say whether an expression is one of these attributes of the request."""
    names = project.program.resolve(file, node)
    return any(f"flask.request.{each}" in names for each in attributes)


def _matched(project: Project, file: PythonFile, node: ast.AST) -> Iterator[Finding]:
    """Yield endpoints, or starts of endpoints, that the request's is compared with."""
    match node:
        case ast.Match(subject=subject, cases=cases):
            if _is_request(project, file, subject, "endpoint"):
                for case in cases:
                    for each in ast.walk(case.pattern):
                        if isinstance(each, ast.MatchValue):
                            for text in project.program.texts(file, each.value):
                                yield from _endpoint(
                                    project, file.file, text.line, text.text
                                )
        case ast.Call(func=ast.Attribute(attr="startswith", value=value), args=[first]):
            if _is_request(project, file, value, "endpoint"):
                for text in project.program.texts(file, first):
                    start = f"{text.text}\0"
                    yield from _endpoint(project, file.file, text.line, start)


def _is_test_client(project: Project, file: PythonFile, function: ast.expr) -> bool:
    """Say whether a method is one of a client of this app, and of no other API."""
    if not isinstance(function, ast.Attribute):
        return False
    names = project.program.resolve(file, function.value)
    return any(
        name.endswith(("FlaskClient()", ".test_client()", "IsolatedClient()"))
        for name in names
    )
