"""The database behind the load: a hundred thousand people, and what must be in it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql

PASSWORD = "inkwell-demo"
ADMIN = {"email": "admin@example.com", "name": "Rosa Santos"}
PEOPLE = 20_000  # whom a run may meet, of all there are
POSTS = 20_000
OLD_NOTIFICATIONS = 4  # for each one of the demo's


@dataclass(frozen=True)
class Tables:
    """The names that an app has given its tables, for the same things."""

    users: str
    posts: str
    notifications: str
    all: tuple[str, ...]


TABLES = {
    "before": Tables(
        users="users",
        posts="posts",
        notifications="notifications",
        all=("users", "posts", "notifications", "subscriptions", "invoices"),
    ),
    "after": Tables(
        users="auth_user",
        posts="blog_post",
        notifications="notifications_notification",
        all=(
            *("auth_user", "blog_post", "notifications_notification"),
            *("billing_subscription", "billing_invoice"),
        ),
    ),
}


class Database:
    """An app's PostgreSQL database, read and filled beside the app."""

    def __init__(self, app: str, url: str):
        self.tables = TABLES[app]
        self._url = url

    def _rows(self, query: LiteralString, *values: Any, **names: str) -> list[Any]:
        """Run a query; ``{name}`` in it is an identifier."""
        identifiers = {key: sql.Identifier(name) for key, name in names.items()}
        with psycopg.connect(self._url) as connection:
            cursor = connection.execute(sql.SQL(query).format(**identifiers), values)
            return cursor.fetchall() if cursor.description else []

    def age(self) -> None:
        """Give everybody older notifications, read long ago; then tidy up.

        With them, the demo of 100,000 people comes to a million rows.
        """
        self._rows(
            """
            INSERT INTO {table} (user_id, text, link, created_at, read_at)
            SELECT user_id, text, link, created_at - age * interval '1 day', created_at
            FROM {table}, generate_series(1, %s) AS age
            """,
            OLD_NOTIFICATIONS,
            table=self.tables.notifications,
        )
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")

    def rows(self) -> int:
        """Return how many rows there are in the tables that grow."""
        query: LiteralString = "SELECT count(*) FROM {table}"
        return sum(self._rows(query, table=name)[0][0] for name in self.tables.all)

    def describe_world(self, file: Path) -> str:
        """Write down people and posts for the load generator; return the run's mark."""
        people = self._rows(
            """
            SELECT email, name FROM {table}
            WHERE confirmed_at IS NOT NULL AND role = 'member'
            ORDER BY random() LIMIT %s
            """,
            PEOPLE,
            table=self.tables.users,
        )
        posts = self._rows(
            """
            SELECT id FROM {table} WHERE published_at IS NOT NULL
            ORDER BY random() LIMIT %s
            """,
            POSTS,
            table=self.tables.posts,
        )
        run = secrets.token_hex(4)
        world = {
            "run": run,
            "password": PASSWORD,
            "admin": ADMIN,
            "people": [{"email": email, "name": name} for email, name in people],
            "posts": [number for (number,) in posts],
            "logged_in": [],
            "counter": 0,
        }
        file.write_text(json.dumps(world))
        return run

    def compare(
        self, run: str, written: Sequence[str], registered: Sequence[str]
    ) -> dict[str, int]:
        """Count what the app has promised to keep, what is missing and what is double.

        :param written: titles of posts; ``registered``: addresses of new accounts.
        """
        titles = self._rows(
            "SELECT title FROM {table} WHERE title LIKE %s",
            f"Load {run}-%",
            table=self.tables.posts,
        )
        addresses = self._rows(
            "SELECT email FROM {table} WHERE email LIKE %s",
            f"{run}-%",
            table=self.tables.users,
        )
        found = [value for (value,) in (*titles, *addresses)]
        promised = {*written, *registered}
        return {
            "promised": len(promised),
            "missing": len(promised - set(found)),
            "doubled": len(found) - len(set(found)),
        }

    def version(self) -> str:
        """Return the version of PostgreSQL."""
        return str(self._rows("SHOW server_version")[0][0])

    def outbox(self) -> dict[str, int]:
        """Return how many event deliveries there are, by state (modular app only)."""
        return dict(
            self._rows(
                "SELECT state, count(*) FROM {table} GROUP BY state",
                table="outbox_delivery",
            )
        )

    def miscounted_posts(self) -> int:
        """Return by how much the dashboard's count of posts is wrong (modular only)."""
        ((counted,),) = self._rows(
            "SELECT sum(posts) FROM {table}", table="dashboard_day"
        )
        ((there,),) = self._rows(
            "SELECT count(*) FROM {table} WHERE published_at IS NOT NULL",
            table=self.tables.posts,
        )
        return abs(int(counted) - int(there))
