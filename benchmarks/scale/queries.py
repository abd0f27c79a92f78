"""Count what each page asks the database: run in the folder of an app.

Prints JSON: for each page its statements, connections and transactions, the rows that
it shows and its bytes; on PostgreSQL also the tables that are read from end to end.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from flask import Flask

PASSWORD = "inkwell-demo"
PAGES = {
    "blog": (None, "/blog/"),
    "feed": (None, "/blog/feed.atom"),
    "dashboard": ("user000007@example.com", "/dashboard/"),
    "account": ("user000007@example.com", "/auth/account"),
    "notifications": ("user000007@example.com", "/notifications/"),
    "billing": ("user000007@example.com", "/billing/"),
    "own posts": ("user000007@example.com", "/blog/mine"),
    "admin dashboard": ("admin@example.com", "/dashboard/"),
    "admin users": ("admin@example.com", "/admin/users"),
    "admin users, search": ("admin@example.com", "/admin/users?q=user"),
}


def main() -> None:
    """Fill a database with as many people as asked for, and count."""
    folder, people = Path(sys.argv[1]), sys.argv[2]
    os.environ.update(APP_ENV="testing", MAIL_BACKEND="locmem")
    file = (folder / "queries.db").as_posix()
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{file}")
    sys.path.insert(0, os.getcwd())
    app = _app()
    for command in (["initialize"], ["demo", "--users", people]):
        done = app.test_cli_runner().invoke(args=command)
        if done.exit_code:
            raise SystemExit(f"flask {' '.join(command)} failed: {done.output}")
    with app.app_context(), app.extensions["sqlalchemy"].engine.begin() as connection:
        _add_sessions(connection)
        connection.exec_driver_sql("ANALYZE")
    print(json.dumps({name: _count(app, *page) for name, page in PAGES.items()}))


def _app() -> Flask:
    import app as file

    app: Flask = file.create_app() if hasattr(file, "create_app") else file.app
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def _add_sessions(connection: sa.Connection) -> None:
    """Add a login session for each user, if the app stores them; no client has one.

    PostgreSQL reads a table of a few rows from end to end, whatever its indexes.
    """
    if not sa.inspect(connection).has_table("auth_session"):
        return
    tables = sa.MetaData()
    tables.reflect(connection, only=["auth_user", "auth_session"])
    users, sessions = tables.tables["auth_user"], tables.tables["auth_session"]
    values = {
        "token_hash": sa.cast(users.c.id, sa.String),
        "user_id": users.c.id,
        "remembered": sa.false(),
        "user_agent": sa.literal(""),
        "created_at": sa.func.now(),
        "last_seen_at": sa.func.now(),
    }
    rows = sa.select(*values.values())
    connection.execute(sa.insert(sessions).from_select(list(values), rows))


def _count(app: Flask, who: str | None, path: str) -> dict[str, Any]:
    client = app.test_client()
    if who:
        form = {"email": who, "password": PASSWORD}
        if client.post("/auth/login", data=form).status_code != 302:
            raise SystemExit(f"{who} can't log in.")
    client.get(path)  # what is looked up once does not count
    with Counting(app) as counting:
        answer = client.get(path)
    if answer.status_code != 200:
        raise SystemExit(f"{path} answered {answer.status_code}.")
    rows = len(re.findall(r'data-id="|<entry>', answer.text))
    return {
        **counting.counted,
        "rows": rows,
        "bytes": len(answer.data),
        "read from end to end": counting.read_from_end_to_end(),
    }


class Counting:
    """Count what happens at the engine, from outside of the app."""

    def __init__(self, app: Flask) -> None:
        with app.app_context():
            self.engine = app.extensions["sqlalchemy"].engine
        self.counted = Counter(statements=0, connections=0, transactions=0)
        self.statements: list[tuple[str, Any]] = []
        self.listeners = (
            (self.engine, "before_cursor_execute", self._note_statement),
            (self.engine, "begin", self._note("transactions")),
            (self.engine.pool, "checkout", self._note("connections")),
        )

    def __enter__(self) -> Self:
        for listener in self.listeners:
            sa.event.listen(*listener)
        return self

    def __exit__(self, *error: object) -> None:
        for listener in self.listeners:
            sa.event.remove(*listener)

    def read_from_end_to_end(self) -> list[str]:
        """Return the tables for which PostgreSQL uses no index."""
        if self.engine.dialect.name != "postgresql":
            return []
        tables = set()
        with self.engine.connect() as connection:
            for statement, parameters in self.statements:
                explain = f"EXPLAIN (FORMAT JSON) {statement}"
                plans = connection.exec_driver_sql(explain, parameters).scalar_one()
                tables |= set(_scanned(plans[0]["Plan"]))
        return sorted(tables)

    def _note_statement(
        self,
        connection: object,
        cursor: object,
        statement: str,
        parameters: Any,
        *_: object,
    ) -> None:
        self.counted["statements"] += 1
        self.statements.append((statement, parameters))

    def _note(self, what: str) -> object:
        def note(*_: object) -> None:
            self.counted[what] += 1

        return note


def _scanned(plan: dict[str, Any]) -> Iterator[str]:
    if plan["Node Type"] == "Seq Scan":
        yield plan["Relation Name"]
    for part in plan.get("Plans", ()):
        yield from _scanned(part)


if __name__ == "__main__":
    main()
