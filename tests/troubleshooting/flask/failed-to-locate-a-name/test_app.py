import importlib.util

from app import Post
from sqlalchemy.orm import configure_mappers

if importlib.util.find_spec("models"):
    import models  # noqa: F401


def test_the_models_fit_together():
    configure_mappers()
    assert Post.author
