"""Find the tables of an app: its models, its SQL, and the keys between them."""

import ast
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from .files import Codebase, Note
from .python import Program, Unit, derives, dotted_name, targets_of, text_of

# It warns of statements that it does not know.
logging.getLogger("sqlglot").setLevel(logging.ERROR)

MODEL_BASES = {"Model", "DeclarativeBase", "DeclarativeBaseNoMeta", "Document"}
BASE_MAKERS = {"declarative_base", "automap_base", "generate_base"}
COLUMNS = {"Column", "mapped_column", "relationship"}
FORM_BASES = {"FlaskForm", "Form", "DynamicForm", "BaseForm"}
USERS = {"account", "accounts", "member", "members", "user", "users"}
WRITING = (exp.Insert, exp.Update, exp.Delete, exp.Merge)
MAX_SQL = 300_000  # characters; a longer text holds data rather than tables
STATEMENT = re.compile(
    r"\s*(select|insert|replace|update|delete|with|create\s+table)\s", re.IGNORECASE
)


@dataclass(eq=False)
class Link:
    """A foreign key or relationship of a table.

    :param target: the name of a table or a class, until `table` is known.
    """

    kind: str
    target: str
    line: int
    attribute: str = ""
    table: "Table | None" = None


@dataclass(eq=False)
class Table:
    """A table, with its model if it has one."""

    name: str
    model: str
    file: str
    line: int
    unit: Unit | None = None
    links: list[Link] = field(default_factory=list)
    is_user: bool = False

    @property
    def title(self) -> str:
        """The name of the model, or else of the table."""
        return self.model or self.name


@dataclass
class Statement:
    """A raw SQL statement in the code."""

    unit: Unit
    line: int
    reads: set[str]
    writes: set[str]


@dataclass
class Schema:
    """The tables and forms of an app, and its raw SQL."""

    tables: list[Table] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    forms: set[Unit] = field(default_factory=set)

    def named(self, name: str) -> Table | None:
        """Return a table by its name or its model's."""
        name = name.rpartition(".")[2] or name
        return next(
            (
                t
                for t in self.tables
                if name == t.model or name.lower() == t.name.lower()
            ),
            None,
        )


def find_tables(program: Program, codebase: Codebase) -> Schema:
    """Find models, tables, raw SQL and forms."""
    schema = Schema()
    for unit in program.units():
        if isinstance(unit.node, ast.ClassDef):
            if derives(program, unit, FORM_BASES):
                schema.forms.add(unit)
            elif _is_model(program, unit):
                schema.tables.append(_model(program, unit, unit.node))
        elif isinstance(unit.node, ast.Assign | ast.AnnAssign):
            _core_table(schema, unit, unit.node.value)
    for source in codebase.sql:
        _created(schema, source.text, source.file, 0, codebase.notes)
    for unit in program.units():
        _raw_sql(schema, unit, codebase.notes)
    if not schema.tables:  # otherwise they belong to other databases
        _named_in_statements(schema)
    for table in schema.tables:
        for link in table.links:
            link.table = schema.named(link.target)
    return schema


def _named_in_statements(schema: Schema) -> None:
    for statement in schema.statements:
        for name in sorted(statement.reads | statement.writes):
            if schema.named(name) is None and name.isidentifier():
                unit = statement.unit
                is_user = name.lower() in USERS
                table = Table(name, "", unit.file, statement.line, is_user=is_user)
                schema.tables.append(table)


def _is_model(program: Program, unit: Unit) -> bool:
    assert isinstance(unit.node, ast.ClassDef)
    names = {
        target.id
        for each in unit.node.body
        if isinstance(each, ast.Assign | ast.AnnAssign)
        for target in targets_of(each)
        if isinstance(target, ast.Name)
    }
    if "__abstract__" in names or not derives(program, unit, MODEL_BASES | BASE_MAKERS):
        return False
    return "__tablename__" in names or any(
        _is_column(getattr(each, "value", None))
        or (isinstance(each, ast.AnnAssign) and "Mapped" in _names(each.annotation))
        for each in unit.node.body
    )


def _is_column(node: ast.AST | None) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = dotted_name(node.func).rpartition(".")[2]
    return name in COLUMNS or name.endswith("Field")


def _model(program: Program, unit: Unit, node: ast.ClassDef) -> Table:
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", node.name).lower()
    for each in ast.walk(node):
        if isinstance(each, ast.Assign | ast.AnnAssign):
            target = getattr(targets_of(each)[0], "id", "")
            if target in {"__tablename__", "table_name", "db_table"}:
                name = text_of(each.value) or name
    table = Table(name, node.name, unit.file, unit.line, unit)
    bases = {dotted_name(base).rpartition(".")[2] for base in node.bases}
    table.is_user = "UserMixin" in bases or node.name.lower() in USERS
    for statement in node.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value:
            attribute = getattr(targets_of(statement)[0], "id", "")
            annotation = getattr(statement, "annotation", None)
            table.links += _links(statement.value, attribute, annotation)
    return table


def _names(annotation: ast.AST | None) -> list[str]:
    """Return the names in an annotation, such as Mapped, list and Post."""
    found: list[str] = []
    for node in ast.walk(annotation) if annotation is not None else ():
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found += re.findall(r"\w+", node.value)
        elif isinstance(node, ast.Name | ast.Attribute):
            found.append(node.id if isinstance(node, ast.Name) else node.attr)
    return found


def _links(node: ast.AST, attribute: str, annotation: ast.AST | None) -> Iterator[Link]:
    for call in ast.walk(node):
        if not isinstance(call, ast.Call):
            continue
        kind = dotted_name(call.func).rpartition(".")[2]
        first = call.args[0] if call.args else None
        target = text_of(first) or (dotted_name(first) if first else "")
        if kind == "ForeignKey":
            # "schema.table.column", or Class.column
            yield Link("foreign key", target.rpartition(".")[0] or target,
                       call.lineno, attribute)  # fmt: skip
        elif kind == "ForeignKeyField":
            yield Link("foreign key", target, call.lineno, attribute)
        elif kind in {"relationship", "dynamic_loader"}:
            if not target:  # Mapped[list["Post"]]
                classes = [name for name in _names(annotation) if name[0].isupper()]
                others = {"Mapped", "DynamicMapped", "WriteOnlyMapped", "None"}
                others |= {"List", "Optional", "Set"}
                target = next((each for each in classes if each not in others), "")
            yield Link("relationship", target, call.lineno, attribute)


def _core_table(schema: Schema, unit: Unit, value: ast.expr | None) -> None:
    if not isinstance(value, ast.Call) or not value.args:
        return
    name = text_of(value.args[0])
    if dotted_name(value.func).rpartition(".")[2] == "Table" and name:
        table = Table(name, "", unit.file, unit.line, unit)
        table.links += _links(value, "", None)
        schema.tables.append(table)


def _raw_sql(schema: Schema, unit: Unit, notes: list[Note]) -> None:
    for node in unit.nodes:
        text = text_of(node)
        if text is None or not STATEMENT.match(text):
            continue
        parent = unit.module.parents.get(node)
        if isinstance(parent, ast.Expr | ast.JoinedStr | ast.FormattedValue):
            continue  # a docstring, or a part of an f-string
        if not re.search(r"\b(from|into|set|table)\b", text, re.IGNORECASE):
            continue  # a sentence
        line = getattr(node, "lineno", 0)
        if _created(schema, text, unit.file, line, []):
            continue
        tree = _parse(text)
        if tree is None:
            if re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE)\b", text):
                notes.append(Note(unit.file, line, "this SQL was not understood"))
            continue
        written = {
            table.name
            for each in tree
            for node in each.find_all(*WRITING)
            if isinstance(table := _inner(node), exp.Table)
        }
        inner = {cte.alias for each in tree for cte in each.find_all(exp.CTE)}
        named = {t.name for each in tree for t in each.find_all(exp.Table)} - inner
        if named and "" not in named:
            schema.statements.append(Statement(unit, line, named - written, written))


def _inner(node: exp.Expression) -> object:
    target = node.this
    return target.this if isinstance(target, exp.Schema) else target


def _parse(text: str) -> list[exp.Expression] | None:
    if len(text) > MAX_SQL:
        return None
    readable = text.replace("%s", "?").replace("?", ":p")
    for dialect in ("sqlite", "postgres", "mysql"):
        try:
            trees = sqlglot.parse(readable, dialect=dialect)
        except (SqlglotError, RecursionError):
            continue
        return [each for each in trees if isinstance(each, exp.Expression)]
    return None


def _created(
    schema: Schema, text: str, file: str, line: int, notes: list[Note]
) -> bool:
    """Add the tables that a text creates; return whether there are any."""
    if not re.search(r"create\s+table", text, re.IGNORECASE):
        return False
    trees = _parse(text)
    if trees is None:
        notes.append(Note(file, line, "this SQL was not understood"))
        return False
    found = False
    for tree in trees:
        if not isinstance(tree, exp.Create) or tree.kind != "TABLE":
            continue
        name = getattr(_inner(tree), "name", "")
        found = True
        if not name.isidentifier() or schema.named(name):
            continue
        match = re.search(rf"\b{re.escape(name)}\b", text)
        place = line or text.count("\n", 0, match.start() if match else 0) + 1
        table = Table(name, "", file, place, is_user=name.lower() in USERS)
        for reference in tree.find_all(exp.Reference):
            target = _inner(reference)
            table.links.append(Link("foreign key", getattr(target, "name", ""), place))
        schema.tables.append(table)
    return found
