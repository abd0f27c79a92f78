"""A module registers pages below its own prefix, and declares its app-wide hooks.

A hook for the whole app, such as ``before_request``, runs on the pages of other
modules: an error in it is an error everywhere, so the manifest says where to look.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kernel.manifest import Module

from ..guard.registrations import FIX, HOOKS, line_of, problems
from ..project import Project
from ..source.program import APP
from ..source.python import PythonFile
from ..violation import Finding

# The registries of the app, and the hooks that they hold.
REGISTRIES = {
    "before_request_funcs": "before_request",
    "after_request_funcs": "after_request",
    "teardown_request_funcs": "teardown_request",
    "teardown_appcontext_funcs": "teardown_appcontext",
    "template_context_processors": "context_processor",
    "url_value_preprocessors": "url_value_preprocessor",
    "url_default_functions": "url_defaults",
    "url_build_error_handlers": "url_build_error_handler",
    "shell_context_processors": "shell_context_processor",
    "error_handler_spec": "errorhandler",
}
METHODS = {
    "before_request": "before_request",
    "before_app_request": "before_request",
    "after_request": "after_request",
    "after_app_request": "after_request",
    "teardown_request": "teardown_request",
    "teardown_appcontext": "teardown_appcontext",
    "context_processor": "context_processor",
    "errorhandler": "errorhandler",
    "register_error_handler": "errorhandler",
    "add_template_filter": "template_filter",
    "add_template_global": "template_global",
    "add_template_test": "template_test",
    "template_filter": "template_filter",
    "template_global": "template_global",
    "template_test": "template_test",
}
ASSIGNED = {
    "wsgi_app": "middleware",
    "session_interface": "session_interface",
    "json": "json_provider",
    "json_provider_class": "json_provider",
    "request_class": "middleware",
    "response_class": "middleware",
    "url_rule_class": "middleware",
    "make_response": "middleware",
    "full_dispatch_request": "middleware",
    "dispatch_request": "middleware",
}
CHANGES = {
    "update",
    "setdefault",
    "append",
    "extend",
    "insert",
    "clear",
    "pop",
    "remove",
}
# Signals of Flask: their receivers are called for the pages of all modules.
SIGNALS = {
    *("template_rendered", "before_render_template", "request_started"),
    *("request_finished", "request_tearing_down", "got_request_exception"),
    *("appcontext_tearing_down", "appcontext_pushed", "appcontext_popped"),
    "message_flashed",
}
SHARED = ("sqlalchemy", "kernel", "flask_sqlalchemy_lite", "modules")
OTHER_HOOKS = ("signal", "sqlalchemy_event")


def check(project: Project) -> Iterator[Finding]:
    """Yield each hook that is registered without being declared, or the reverse."""
    for module in project.modules.values():
        added = project.registrations[module.name]
        for rule, finding in problems(project.app, module, added):
            if rule == "hooks":
                yield finding
        known = {hook for hook, found in added.hooks.items() if found}
        used = set(known)
        for file in project.files_of(module):
            for line, hook, what in _written(project, file, module):
                used.add(hook)
                if hook not in known and hook not in module.hooks:
                    yield Finding(file.file, line, what, FIX.format(hook))
        path, manifest = project.manifest(module)
        for hook in module.hooks:
            if hook not in used:
                what = f"{module.name} declares the hook {hook!r} and registers none"
                fix = "Remove it from hooks."
                if hook not in (*HOOKS, *OTHER_HOOKS):
                    fix = (
                        f"A hook is one of {', '.join(sorted((*HOOKS, *OTHER_HOOKS)))}."
                    )
                yield Finding(path, line_of(manifest, "hooks"), what, fix)


def _written(
    project: Project, file: PythonFile, module: Module
) -> Iterator[tuple[int, str, str]]:
    """Yield hooks in the source, whether or not they were registered at the start."""
    for node in file.nodes:
        for hook, name in _hooks(project, file, node):
            line = getattr(node, "lineno", 1)
            yield (
                line,
                hook,
                f"{module.name} registers {hook} by {name} for the whole app",
            )


def _hooks(
    project: Project, file: PythonFile, node: ast.AST
) -> Iterator[tuple[str, str]]:
    resolve = project.program.resolve
    match node:
        case ast.Attribute(attr=attr) if attr in REGISTRIES:
            if f"{APP}.{attr}" in resolve(file, node):
                yield REGISTRIES[attr], attr
        case ast.Call(func=ast.Attribute(attr=attr) as function):
            names = resolve(file, function)
            if attr in METHODS and f"{APP}.{attr}" in names:
                yield METHODS[attr], f"app.{attr}()"
            if attr in ("add_url_rule", "route") and f"{APP}.{attr}" in names:
                own = project.place(file).module
                for text in project.program.texts(file, node.args[0]):
                    if own and not text.text.startswith(own.url_prefix):
                        yield "url_rule", f"app.{attr}({text.text!r})"
            if attr in CHANGES:
                for name in names:
                    if hook := _in_jinja(name.rpartition(".")[0]):
                        yield hook, f"jinja_env.{hook}"
            yield from _listener(project, file, node, names)
        case ast.Call(func=function):
            yield from _listener(project, file, node, resolve(file, function))
        case ast.FunctionDef(decorator_list=decorators):
            for each in decorators:
                if isinstance(each, ast.Attribute):
                    names = resolve(file, each)
                    if each.attr in METHODS and f"{APP}.{each.attr}" in names:
                        yield METHODS[each.attr], f"app.{each.attr}()"
                    yield from _signals(names)
        case ast.Assign(targets=targets) | ast.Delete(targets=targets):
            for target in targets:
                yield from _assigned(project, file, target)
        case ast.AugAssign(target=target):
            yield from _assigned(project, file, target)


def _in_jinja(name: str) -> str | None:
    for part in ("globals", "filters", "tests"):
        if name.endswith(
            (f"jinja_env.{part}", f"jinja2.defaults.DEFAULT_{part.upper()}")
        ):
            return f"template_{part.removesuffix('s')}"
        if name == "jinja2.defaults.DEFAULT_NAMESPACE" and part == "globals":
            return "template_global"
    return None


def _assigned(
    project: Project, file: PythonFile, target: ast.expr
) -> Iterator[tuple[str, str]]:
    resolve = project.program.resolve
    if isinstance(target, ast.Attribute) and target.attr in ASSIGNED:
        bases = resolve(file, target.value)
        if APP in bases or "flask.Flask" in bases:
            yield ASSIGNED[target.attr], target.attr
    if isinstance(target, ast.Subscript):
        for name in resolve(file, target.value):
            if hook := _in_jinja(name):
                yield hook, f"jinja_env.{hook}"


def _listener(
    project: Project, file: PythonFile, call: ast.Call, names: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """Yield a receiver of a shared signal, or a listener of shared database events."""
    program, own = project.program, project.place(file).module
    assert own
    for called in names:
        _base, _, method = called.rpartition(".")
        if called.startswith("sqlalchemy.") and method in ("listen", "listens_for"):
            for target in program.resolve(file, call.args[0] if call.args else None):
                canonical = program.canonical(target)
                is_own = canonical.startswith(own.import_name) or (
                    canonical.endswith(".module_session()")
                )
                if not is_own and canonical.partition(".")[0] in SHARED:
                    name = target.replace("()", "")
                    yield "sqlalchemy_event", f"{method}({name})"
    yield from _signals(names)


def _signals(names: frozenset[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        base, _, method = name.rpartition(".")
        root, last = base.partition(".")[0], base.rpartition(".")[2]
        shared = (root == "flask" and last in SIGNALS) or (
            root == "flask_login" and last.startswith(("user_", "session_"))
        )
        if shared and method in ("connect", "connect_via", "connected_to"):
            yield "signal", f"{last}.{method}"
