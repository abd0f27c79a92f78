"""The implementation of the published interface in ``api.py``."""

from datetime import UTC, date, datetime, time

import sqlalchemy as sa
from flask import url_for

from .models import Post, session

# Built once from the table, because every dashboard page runs it.
table = Post.__table__.c
PUBLISHED_BY = sa.select(sa.func.count(table.id)).where(
    table.author_id == sa.bindparam("author_id"), table.published_at.is_not(None)
)


def count_published(author_id: int) -> int:
    """Return the number of published posts of one author."""
    return session.scalar(PUBLISHED_BY, {"author_id": author_id}) or 0


def count_all_published() -> int:
    """Return the number of published posts. It scans the table."""
    published = Post.published_at.is_not(None)
    return session.scalar(sa.select(sa.func.count(Post.id)).where(published)) or 0


def posts_by_day(since: date) -> dict[date, int]:
    """Return the number of published posts per day (UTC) from ``since`` on."""
    day = sa.func.date(Post.published_at, type_=sa.Date)
    start = datetime.combine(since, time(), UTC)
    statement = sa.select(day, sa.func.count(Post.id)).group_by(day)
    rows = session.execute(statement.where(Post.published_at >= start))
    return {day: count for day, count in rows}


def write_url() -> str:
    """Return the path of the page for a new post."""
    return url_for("blog.new")
