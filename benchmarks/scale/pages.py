"""What the pages cost: CPU of app and database for each request."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.scale.site import Site
from benchmarks.scale.visitor import NEXT, POST
from psycopg import sql

DEEP = 2_000  # pages, of a list that is long enough; or half of the list
PAGES = {
    "blog": ("anonymous", "/blog/"),
    "post": ("anonymous", "/blog/{post}"),
    "dashboard": ("member", "/dashboard/"),
    "account": ("member", "/auth/account"),
    "notifications": ("member", "/notifications/"),
    "billing": ("member", "/billing/"),
    "admin dashboard": ("admin", "/dashboard/"),
    "admin users": ("admin", "/admin/users"),
    "blog, far down": ("anonymous", "{posts_far_down}"),
    "admin users, far down": ("admin", "{users_far_down}"),
    "admin users, search": ("admin", "/admin/users?q=user0500"),
}
WARM_UP = 6  # requests; PostgreSQL prepares what comes for the fifth time
PAGE_SIZES = {"/blog/": 20, "/admin/users": 50}
HOT = ("blog", "post", "dashboard", "account", "notifications", "billing")


@dataclass(frozen=True, eq=False)
class Visit:
    """A request that is sent again and again.

    :param change: what happens before each of them, such as a change of the data.
    """

    site: Site
    name: str
    who: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200
    change: Callable[[], object] | None = None

    def send(self) -> int:
        """Send it; return how many bytes came back."""
        if self.change:
            self.change()
        visitor = self.site.visitors[self.who]
        answer = visitor.get(self.path, self.status, **dict(self.headers))
        return len(answer.body.encode())


def visits(site: Site) -> list[Visit]:
    """Return a visit to each of the pages."""
    if site.name == "bare":
        return [
            Visit(site, "hello", "anonymous", "/"),
            Visit(site, "page", "anonymous", "/page"),
        ]
    known = {
        "post": POST.findall(site.visitors["anonymous"].get("/blog/").body)[3],
        "posts_far_down": _far_down(site, "anonymous", "/blog/"),
        "users_far_down": _far_down(site, "admin", "/admin/users"),
    }
    return [
        Visit(site, name, who, path.format(**known))
        for name, (who, path) in PAGES.items()
    ]


def measure(
    wanted: Sequence[Visit], *, rounds: int, seconds: float
) -> dict[tuple[str, str], dict[str, Any]]:
    """Return CPU milliseconds, bytes and requests of each visit, taken in turns.

    :param seconds: of CPU that a visit may take in each round.
    """
    often = {visit: _how_often(visit, seconds) for visit in wanted}
    taken: defaultdict[Visit, list[float]] = defaultdict(list)
    for _ in range(rounds):
        for visit in wanted:
            before = visit.site.cpu_seconds()
            for _ in range(often[visit]):
                visit.send()
            spent = visit.site.cpu_seconds() - before
            taken[visit].append(1000 * spent / often[visit])
    return {
        (visit.site.name, visit.name): {
            "ms": taken[visit],
            "bytes": visit.send(),
            "requests": often[visit] * rounds,
        }
        for visit in wanted
    }


def ratio(over: dict[str, Any], under: dict[str, Any]) -> float:
    """Return the median of the ratios of each round."""
    pairs = zip(over["ms"], under["ms"], strict=True)
    return round(median(a / b for a, b in pairs if b), 2)


def _how_often(visit: Visit, seconds: float) -> int:
    """Return how many requests fill ``seconds``; those before it warm caches up."""
    for _ in range(WARM_UP):
        visit.send()
    before = visit.site.cpu_seconds()
    for _ in range(WARM_UP):
        visit.send()
    each = max(visit.site.cpu_seconds() - before, 0.01) / WARM_UP
    return min(max(round(seconds / each), 5), 400)


def _far_down(site: Site, who: str, path: str) -> str:
    """Return the URL of a page far down a list, and see that the list goes on there."""
    assert site.connection is not None
    assert site.database is not None
    tables, size = site.database.tables, PAGE_SIZES[path]
    moment = "created_at"
    table, condition = tables.users, "true"
    if path == "/blog/":
        moment = "published_at"
        table, condition = tables.posts, "published_at IS NOT NULL"
    keys = sql.SQL(
        "SELECT (extract(epoch FROM {moment}) * 1000000)::bigint, id FROM {table} "
        f"WHERE {condition} ORDER BY {{moment}} DESC, id DESC"
    ).format(moment=sql.Identifier(moment), table=sql.Identifier(table))
    listed = site.connection.execute(keys).fetchall()
    number = min(DEEP, len(listed) // size // 2)
    last_before = listed[(number - 1) * size - 1]
    cursor = "-".join(str(value) for value in last_before)
    url = (
        f"{path}?page={number}" if site.name == "before" else f"{path}?before={cursor}"
    )
    if not NEXT.search(site.visitors[who].get(url).body):
        raise RuntimeError(f"{url} is the end of the list: take more --users.")
    return url
