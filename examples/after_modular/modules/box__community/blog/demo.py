"""Demo data: posts, of which a few users write many and most users write few."""

from collections.abc import Iterable
from datetime import datetime
from random import Random

import sqlalchemy as sa

from modules.auth.api import find_ids
from web.demo import DemoUser

from . import text
from .demo_text import write_post
from .models import Post, session

ADMIN_POSTS = 6


def load(chunks: Iterable[list[DemoUser]]) -> None:
    """Add posts for the users who have none."""
    for users in chunks:
        ids = find_ids(user.email for user in users)
        written = sa.select(Post.author_id).where(Post.author_id.in_(ids.values()))
        authors = set(session.scalars(written))
        rows = [
            row
            for user in users
            if user.confirmed and ids[user.email] not in authors
            for row in _posts(user, ids[user.email])
        ]
        if rows:
            # Otherwise SQLAlchemy inserts rows with NULLs in separate statements.
            nulls = {"render_nulls": True}
            session.execute(sa.insert(Post), rows, execution_options=nulls)
        session.commit()


def _posts(user: DemoUser, author_id: int) -> list[dict[str, object]]:
    random = user.random("blog")
    count = min(40, int(random.expovariate(1 / 3.5)))
    if user.is_admin:
        count = ADMIN_POSTS
    moments = sorted(user.moment(random) for _ in range(count))
    author = {"author_id": author_id, "author_name": user.name}
    return [author | _post(random, moment) for moment in moments]


def _post(random: Random, moment: datetime) -> dict[str, object]:
    title, paragraphs = write_post(random)
    # The same HTML as from the Markdown renderer, which would be much slower.
    body_html = "".join(f"<p>{paragraph}</p>\n" for paragraph in paragraphs)
    return {
        "title": title,
        "body": "\n\n".join(paragraphs),
        "body_html": body_html,
        "excerpt": text.excerpt(body_html),
        "created_at": moment,
        "published_at": moment if random.random() < 0.85 else None,
    }
