"""An author who is logged in, and a way to write posts."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Flask

from modules.box__community.blog import posts
from modules.box__community.blog.models import Post

AUTHOR = 7

Write = Callable[..., Post]


@pytest.fixture
def no_billing(without_module: Callable[[str], None]) -> None:
    """Let there be no billing, so no limit."""
    without_module("billing")


@pytest.fixture
def author(login_as: Callable[..., int]) -> int:
    """Return the id of an author who is logged in."""
    return login_as(AUTHOR)


@pytest.fixture
def write(app: Flask) -> Write:
    """Return a function that writes a post, a published one if nothing else is said."""

    def write(
        title: str = "On rain",
        body: str = "It *rains*.",
        *,
        author_id: int = AUTHOR,
        public: bool = True,
        key: str = "",
    ) -> Post:
        key = key or str(uuid4())
        return posts.create(
            key, author_id, "Ada", title=title, body=body, public=public
        )

    return write
