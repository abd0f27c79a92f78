"""A table belongs to one module; no other module reads or writes it.

Code that reads another module's table breaks with that module's next migration. So
there are no foreign keys between modules, no SQL on another module's tables, and no use
of its session.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..project import Project
from ..source import sql
from ..source.program import Text
from ..source.python import PythonFile
from ..violation import Finding

STATEMENTS = {
    *(
        "execute",
        "executemany",
        "exec_driver_sql",
        "executescript",
        "scalar",
        "scalars",
    ),
    *("text", "DDL", "literal_column", "from_statement", "read_sql", "read_sql_query"),
    *("stream", "stream_scalars", "fetch", "fetchone", "fetchall", "copy", "mogrify"),
}
TABLES = {
    *("Table", "table", "ForeignKey", "ForeignKeyConstraint", "create_foreign_key"),
    *("add_column", "drop_table", "drop_column", "alter_column", "create_index"),
    *("drop_index", "batch_alter_table", "rename_table", "create_table", "bulk_insert"),
    *(
        "drop_constraint",
        "create_unique_constraint",
        "create_primary_key",
        "get_columns",
    ),
    *(
        "has_table",
        "get_foreign_keys",
        "get_indexes",
        "get_pk_constraint",
        "relationship",
    ),
    *(
        "create_check_constraint",
        "read_sql_table",
        "to_sql",
        "TableClause",
        "select_from",
    ),
}
LIBRARIES = {"sqlalchemy", "alembic", "pandas", "kernel"}
SESSIONS = {"module_session", "get_session"}


def check(project: Project) -> Iterator[Finding]:
    """Yield each place that uses another module's data."""
    for file in project.program.files.values():
        for node in file.nodes:
            if isinstance(node, ast.Call):
                yield from _call(project, file, node)
            elif isinstance(node, ast.Subscript):
                if ast.unparse(node.value).endswith("metadata.tables"):
                    for text in project.program.texts(file, node.slice):
                        yield from _table(project, text, text.text)
            else:
                yield from _constant(project, file, node)


def _call(project: Project, file: PythonFile, call: ast.Call) -> Iterator[Finding]:
    names = project.program.resolve(file, call.func)
    last = {name.rpartition(".")[2] for name in names}
    if isinstance(call.func, ast.Attribute):
        last.add(call.func.attr)
    arguments = [*call.args, *(k.value for k in call.keywords if k.arg)]
    if last & SESSIONS:
        given = [*call.args[:1], *(k.value for k in call.keywords if k.arg == "name")]
        for argument in given:
            for text in project.program.texts(file, argument):
                yield from _session(project, text)
    named = isinstance(call.func, ast.Name)
    if last & STATEMENTS and (not named or _is_database(names)):
        for argument in arguments[:2]:
            for text in project.program.texts(file, argument):
                for table in sorted(sql.named_in(text.text, project.facts.tables)):
                    yield from _table(project, text, table)
    elif last & TABLES and _is_database(names):
        for argument in arguments:
            for text in project.program.texts(file, argument):
                yield from _table(project, text, text.text.partition(".")[0])


def _is_database(names: frozenset[str]) -> bool:
    roots = {name.partition(".")[0] for name in names}
    return not roots or bool(roots & LIBRARIES) or any(".models." in n for n in names)


def _constant(project: Project, file: PythonFile, node: ast.AST) -> Iterator[Finding]:
    """Yield a complete statement that is kept in a variable or returned."""
    match node:
        case (
            ast.Assign(value=value)
            | ast.AnnAssign(value=value)
            | ast.Return(value=value)
        ):
            values = value.values if isinstance(value, ast.Dict) else [value]
        case _:
            return
    for each in values:
        for text in project.program.texts(file, each):
            lower = text.text.lower()
            named = any(table in lower for table in project.facts.tables)
            if named and text.file is file and sql.is_statement(text.text):
                for table in sorted(sql.named_in(text.text, project.facts.tables)):
                    yield from _table(project, text, table)


def _table(project: Project, text: Text, table: str) -> Iterator[Finding]:
    owner = project.facts.tables.get(table.lower())
    place = project.place(text.file)
    if owner is None or owner == place.name or owner.startswith(place.name + "."):
        return
    if place.kind == "kernel" and owner.startswith("kernel"):
        return
    what = f"{place} names {table.lower()!r}, a table of {owner}"
    fix = (
        f"Keep the plain id, and ask the api of {owner}."
        if owner in project.modules
        else "Use what the kernel publishes, such as current_kernel.delivery_log."
    )
    yield Finding(text.file.file, text.line, what, fix)


def _session(project: Project, text: Text) -> Iterator[Finding]:
    place = project.place(text.file)
    if place.module and text.is_known and text.text != place.name:
        what = f"{place} uses the session of {text.text}"
        fix = f"Use module_session({place.name!r}), and ask the api for the rest."
        yield Finding(text.file.file, text.line, what, fix)
