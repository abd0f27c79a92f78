"""What it costs to build a statement: run in the folder of the modular app.

Prints JSON: CPU milliseconds of a query whose statement is built each time, and of the
same one that was built before, on an empty database that answers at once.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from statistics import median

import sqlalchemy as sa
from flask import g

ROUNDS, TIMES = 15, 200


def main() -> None:
    """Measure both, in turns."""
    os.environ.update(APP_ENV="testing", DATABASE_URL="sqlite://")
    sys.path.insert(0, os.getcwd())
    from app import create_app

    app = create_app()
    from modules.box__community.blog.models import Base, Post, session
    from modules.box__community.blog.service import PUBLISHED_BY

    def built() -> None:
        mine = sa.select(sa.func.count(Post.id)).where(
            Post.author_id == 1, Post.published_at.is_not(None)
        )
        session.scalar(mine)

    def kept() -> None:
        session.scalar(PUBLISHED_BY, {"author_id": 1})

    spent: dict[str, list[float]] = {"built": [], "kept": []}
    with app.test_request_context("/"):
        Base.metadata.create_all(app.extensions["sqlalchemy"].engine)
        g.reads_only = True
        for _ in range(ROUNDS):
            spent["built"].append(_milliseconds(built))
            spent["kept"].append(_milliseconds(kept))
    pairs = zip(spent["built"], spent["kept"], strict=True)
    print(
        json.dumps(
            {
                "built_ms": round(median(spent["built"]), 3),
                "kept_ms": round(median(spent["kept"]), 3),
                "times": round(median(a / b for a, b in pairs), 1),
            }
        )
    )


def _milliseconds(query: Callable[[], None]) -> float:
    before = time.process_time()
    for _ in range(TIMES):
        query()
    return 1000 * (time.process_time() - before) / TIMES


if __name__ == "__main__":
    main()
