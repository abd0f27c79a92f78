"""What other modules may ask the blog."""

from datetime import UTC, date, datetime, time

import sqlalchemy as sa
from flask import url_for

from kernel.interfaces import anywhere

from .models import Post, session

# Asked by each dashboard: of the table, since no object comes of it.
table = Post.__table__.c
PUBLISHED_BY = sa.select(sa.func.count(table.id)).where(
    table.author_id == sa.bindparam("author_id"), table.published_at.is_not(None)
)


def count_published(author_id: int) -> int:
    """Return how many posts of one author everyone can read now."""
    return session.scalar(PUBLISHED_BY, {"author_id": author_id}) or 0


def count_all_published() -> int:
    """Return how many posts everyone can read now. It counts them, one by one."""
    published = Post.published_at.is_not(None)
    return session.scalar(sa.select(sa.func.count(Post.id)).where(published)) or 0


def posts_by_day(since: date) -> dict[date, int]:
    """Return the number of published posts a day (UTC), from ``since`` on.

    Days without a post are left out.
    """
    day = sa.func.date(Post.published_at, type_=sa.Date)
    start = datetime.combine(since, time(), UTC)
    statement = sa.select(day, sa.func.count(Post.id)).group_by(day)
    rows = session.execute(statement.where(Post.published_at >= start))
    return {day: count for day, count in rows}


@anywhere
def write_url() -> str:
    """Return the path of the page where members write a post."""
    return url_for("blog.new")
